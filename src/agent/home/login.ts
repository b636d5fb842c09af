/**
 * Whose login an agent uses.
 *
 * A login is one lineage of tokens, each of which can be spent once. So a group never gets a copy: it gets a link to the
 * file, through which the CLI replaces the file itself.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {lstat, readlink, rename, rm, symlink} from 'node:fs/promises'
import path from 'node:path'
import {readLogin, toAuthFile} from '../../accounts/directories/codex/codex-home.ts'
import type {Login} from '../../accounts/directories/codex/auth-file.ts'
import {quoteForShell} from '../../codex/cli/quote-for-shell.ts'
import {readBytes} from '../../files/read-file.ts'
import {hasErrorCode, toStorageError} from '../../files/storage-failure.ts'
import {writeFile} from '../../files/write-file.ts'
import {AgentError} from '../agent-error.ts'
import type {AuthMethod} from '../protocol/provider.ts'

/** What can pay for a run. */
export type Payment =
  | {readonly kind: 'api_key'; readonly apiKey: string}
  | {readonly kind: 'file'; readonly login: Login['kind']}

/** Where to look for it. */
export interface PaymentOptions {
  readonly codexHome: string
  readonly authMethod: AuthMethod | undefined
  /** A folder with an `auth.json` that several groups share. Default: none. */
  readonly loginFolder?: string | undefined
  /** The value of `OPENAI_API_KEY`. */
  readonly apiKey: string | undefined
}

/**
 * Finds what pays for a run: what the group asks for; without that, a login of its own, then the shared one, then the
 * API key. A key is never used beside a login, unless the group asks for it.
 *
 * @throws {AgentError} `no_auth`: there is nothing; `config_invalid`: the file cannot be used.
 * @throws {StorageError} The link could not be made.
 */
export async function findPayment(options: PaymentOptions): Promise<Payment> {
  const {apiKey, authMethod, codexHome, loginFolder} = options
  if (authMethod === 'api_key' && apiKey) return {kind: 'api_key', apiKey}
  if (loginFolder !== undefined) await linkLogin(codexHome, loginFolder)
  const login = await readLogin(codexHome)
  if (login.kind === 'damaged' || login.kind === 'unreadable') {
    throw new AgentError(
      'config_invalid',
      `The login of this group cannot be read. Log in again: ${toLoginCommand(codexHome)}`,
    )
  }
  const isKey = login.kind === 'api_key'
  // Who asks for the login must not pay for each token, and the other way round.
  const fits = authMethod === undefined || isKey === (authMethod === 'api_key')
  if (login.kind !== 'missing' && fits) return {kind: 'file', login: login.kind}
  if (apiKey && authMethod !== 'chatgpt') return {kind: 'api_key', apiKey}
  throw new AgentError('no_auth', toNoLoginSentence(codexHome, authMethod))
}

/** How to log in for a group, on a machine with or without a browser. */
export function toLoginCommand(codexHome: string): string {
  return `CODEX_HOME=${quoteForShell(codexHome)} codex login --device-auth`
}

function toNoLoginSentence(codexHome: string, authMethod: AuthMethod | undefined): string {
  if (authMethod === 'api_key') {
    return 'This group is to use an API key, and there is none. Set OPENAI_API_KEY in the .env of the host, then ask again.'
  }
  const other = authMethod === 'chatgpt' ? '' : ', or set OPENAI_API_KEY in the .env of the host'
  return `Codex is not logged in for this group. Run ${toLoginCommand(codexHome)} on the host${other}, then ask again.`
}

/**
 * Lets a CODEX_HOME use the login of another folder. A login of its own stays.
 *
 * @returns Whether it uses that login now.
 * @throws {StorageError} The link could not be made.
 */
export async function linkLogin(codexHome: string, loginFolder: string): Promise<boolean> {
  const link = toAuthFile(codexHome)
  const target = toAuthFile(path.resolve(loginFolder))
  if (link === target) return true
  const before = await readLink(link)
  if (before === target) return true
  // Its own login, not a link of ours.
  if (before === 'file') return false
  const temporary = `${link}.link-${randomBytes(4).toString('hex')}`
  try {
    await symlink(target, temporary)
    await rename(temporary, link)
    return true
  } catch (error) {
    await rm(temporary, {force: true})
    throw toStorageError(link, error)
  }
}

/** What a link leads to; `file` where it is none; `undefined` where there is nothing. */
async function readLink(file: string): Promise<string | undefined> {
  try {
    return (await lstat(file)).isSymbolicLink() ? await readlink(file) : 'file'
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined
    throw toStorageError(file, error)
  }
}

/** How a group gets the login of the main group. */
export interface SeedOptions {
  /** The CODEX_HOME of the main group. */
  readonly mainHome: string
  /** That of the other group. */
  readonly codexHome: string
  /**
   * `link`: both use one file, which is safe. `copy`: a file of its own, which is safe for an API key only. Of a ChatGPT login,
   * the two copies would end each other. Default `link`.
   */
  readonly mode?: 'copy' | 'link'
}

/**
 * Gives a group the login of the main group.
 *
 * @returns Whether it has it now; a login of its own stays.
 * @throws {AgentError} `config_invalid`: a ChatGPT login would be copied.
 * @throws {StorageError} It could not be written.
 */
export async function seedAuthFromMain({
  codexHome,
  mainHome,
  mode = 'link',
}: SeedOptions): Promise<boolean> {
  if (mode === 'link') return linkLogin(codexHome, mainHome)
  if ((await readLink(toAuthFile(codexHome))) === 'file') return false
  const login = await readLogin(mainHome)
  if (login.kind !== 'api_key') {
    throw new AgentError(
      'config_invalid',
      'Only an API key can be copied to another group: two copies of a ChatGPT login end each other at the first refresh. Share it with a link.',
    )
  }
  // Written as a new file: through a link, it would be the file of the main group.
  await rm(toAuthFile(codexHome), {force: true})
  await writeFile(toAuthFile(codexHome), (await readBytes(toAuthFile(mainHome))) ?? '')
  return true
}
