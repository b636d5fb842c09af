/**
 * `cao remove <name>`
 *
 * @module
 */
import {parseAccountName} from '../../accounts/directories/account-name.ts'
import type {Cli} from '../cli.ts'
import {readEndpoints} from '../../codex/endpoints.ts'
import {readCredentials} from '../accounts/credentials.ts'

/** Options of `cao remove`. */
export interface RemoveOptions {
  /** Leaves the folder of the account, with its login. Default false. */
  readonly keepFiles?: boolean
  /** Removes without asking. Default false. */
  readonly yes?: boolean
}

/** Removes an account and its login. A user is asked first, a script is not. */
export async function remove(
  cli: Cli,
  text: string,
  {keepFiles = false, yes = false}: RemoveOptions,
): Promise<number> {
  const {directories, io} = cli
  if (!keepFiles && !yes && !(await isMeant(cli, text))) {
    io.err('Nothing was removed.')
    return 1
  }
  const end = keepFiles ? undefined : await prepareEnd(cli, text)
  await directories.remove(text, {keepFiles})
  await end?.()
  const folders = await directories.folders()
  io.out(`Removed account: ${text}`)
  io.out(`Default account: ${folders.find(({isDefault}) => isDefault)?.name ?? '(none)'}`)
  return 0
}

/** An app is taken back at OpenAI too, once it is forgotten here. The login of Codex may be in use elsewhere. */
async function prepareEnd(
  {directories, env, fetch, io}: Cli,
  text: string,
): Promise<(() => Promise<void>) | undefined> {
  const folder = (await directories.folders()).find(({name}) => name === parseAccountName(text))
  const login = folder && (await readCredentials(folder.home)).login
  if (login?.kind !== 'chatgpt' || !login.account.tokens.app) return undefined
  const {tokens} = login.account
  return async () => {
    const {revokeTokens} = await import('../../oauth/revoke.ts')
    if (await revokeTokens(tokens, {server: readEndpoints(env).server, fetch})) return
    io.err('The login could not be ended at OpenAI. Take the app back in the settings of ChatGPT.')
  }
}

async function isMeant({directories, io}: Cli, text: string): Promise<boolean> {
  if (!io.canAsk) return true
  const name = parseAccountName(text)
  const folder = (await directories.folders()).find((other) => other.name === name)
  // Nothing would be lost.
  if (!folder || !(await readCredentials(folder.home)).isLoggedIn) return true
  const {confirm} = await import('../prompts.ts')
  return confirm(`Delete ${folder.home} with the login in it?`, {io, byDefault: false})
}
