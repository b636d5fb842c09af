/**
 * What the settings of a CODEX_HOME say about its login.
 *
 * @module
 * @see {@link https://developers.openai.com/codex/config-reference}
 */
import path from 'node:path'
import {parseAuthFile} from '../../accounts/directories/codex/auth-file.ts'
import {
  changeHome,
  toAuthFile,
  type ChangeHomeOptions,
} from '../../accounts/directories/codex/codex-home.ts'
import {readText} from '../../files/read-file.ts'
import {parseJson, toJsonObject, toText} from '../../base/json-object.ts'
import {findOutranking} from '../../codex/codex-environment.ts'

/** The CLI does not take these from an `.env` (0.169.0 and 0.171.0). */
const IGNORED_IN_DOTENV = /^CODEX_/i

/** A setting before the first table: its name, and its value as it is written. */
const SETTING = /^[ \t]*["']?([\w-]+)["']?[ \t]*=(.*)$/gm

/**
 * Why the CLI must not be started with this folder: it would use another login, or delete the one that is there.
 * A file from before `auth_mode`, which it would delete for the API key beside the tokens, is told apart first.
 *
 * @returns The end of a sentence that begins with the account; `undefined` when it may start.
 * @throws {StorageError} A file is there and cannot be read or written.
 */
export async function findConflict(
  home: string,
  options: ChangeHomeOptions,
): Promise<string | undefined> {
  const [text, config, dotenv] = await Promise.all(
    [toAuthFile(home), path.join(home, 'config.toml'), path.join(home, '.env')].map((file) =>
      readText(file),
    ),
  )
  const [name] = findOutranking(readDotenv(dotenv)).filter((one) => !IGNORED_IN_DOTENV.test(one))
  if (name !== undefined) {
    return `sets ${name} in its .env, which Codex would use in place of its login. Remove it.`
  }
  const settings = readSettings(config)
  const method = toWords(settings.get('forced_login_method'))[0]
  const login = parseAuthFile(text)
  if (login.kind === 'chatgpt' && method !== 'api') await nameMode(home, options)
  if (method === 'chatgpt') {
    return login.kind === 'api_key'
      ? 'holds an API key, and its config.toml wants the login of a ChatGPT account (forced_login_method): Codex would delete the key. Change one of the two.'
      : undefined
  }
  if (login.kind !== 'chatgpt') return undefined
  if (method === 'api') {
    return 'has forced_login_method = "api" in its config.toml: Codex would delete its login. Remove it.'
  }
  const workspaces = toWords(settings.get('forced_chatgpt_workspace_id'))
  return workspaces.length === 0 || workspaces.includes(login.account.chatgptAccountId ?? '')
    ? undefined
    : 'belongs to a workspace that forced_chatgpt_workspace_id in its config.toml does not name: Codex would delete its login. Add the workspace, or remove the setting.'
}

/** The settings before the first table, as they are written. */
export function readSettings(config = ''): ReadonlyMap<string, string> {
  const [top = ''] = `\n${config}`.split(/\n[ \t]*\[/, 1)
  return new Map(
    [...top.matchAll(SETTING)].map(([, name = '', value = '']) => [name, value.trim()]),
  )
}

/** The settings that are read are short. */
const MAX_VALUE_CHARACTERS = 10_000

/** The texts in a value: one, or those of a list. */
export function toWords(setting = ''): string[] {
  const value = setting.slice(0, MAX_VALUE_CHARACTERS)
  const comment = value.indexOf('#', Math.max(value.lastIndexOf('"'), value.lastIndexOf("'")) + 1)
  const said = comment === -1 ? value : value.slice(0, comment)
  return [...said.matchAll(/"([^"]*)"|'([^']*)'/g)].map(([, one, other]) => one ?? other ?? '')
}

function readDotenv(text = ''): Record<string, string> {
  const lines = text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=(.*)$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value.trim()]))
}

/**
 * Says in the file of a login which kind it is. With an API key beside the tokens, and nothing that says which of the
 * two counts, the CLI takes the key.
 *
 * @throws {StorageError} The file is there and cannot be read or written.
 */
export async function nameMode(home: string, options: ChangeHomeOptions): Promise<void> {
  // Most files need no lock.
  if (withMode(await readText(toAuthFile(home))) === undefined) return
  await changeHome(home, withMode, options)
}

function withMode(text: string | undefined): string | undefined {
  const file = toJsonObject(parseJson(text))
  const isOpen = toText(file['auth_mode']) === undefined && parseAuthFile(text).kind === 'chatgpt'
  if (!isOpen || toText(file['OPENAI_API_KEY']) === undefined) return undefined
  return `${JSON.stringify({...file, auth_mode: 'chatgpt'}, undefined, 2)}\n`
}
