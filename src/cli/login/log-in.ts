/**
 * Logging in to an account.
 *
 * @module
 */
import {toAccount, type Account} from '../../accounts/account.ts'
import {toAccountTitle} from '../../accounts/account-title.ts'
import type {TokenRequestOptions} from '../../oauth/token-request.ts'
import {findSameAccount} from '../accounts/find-same-account.ts'
import type {Cli} from '../cli.ts'
import type {CodexLogInOptions} from './log-in-with-codex.ts'
import {readEndpoints} from '../../codex/endpoints.ts'

/** How to log in, and where the login goes. */
export interface LogInOptions extends Omit<CodexLogInOptions, 'codex'> {
  /** The Codex CLI that does it; `undefined` leaves it to this program, which replaces any login. */
  readonly codex?: string
}

/**
 * Logs in, and puts the login into the folder.
 *
 * @returns The exit code.
 * @throws {CodexError} It did not work; the login before is kept.
 */
export async function logIn(cli: Cli, options: LogInOptions): Promise<number> {
  const {deviceAuth = false, name} = options
  const {codex} = options
  if (codex !== undefined) {
    const {logInWithCodex} = await import('./log-in-with-codex.ts')
    return logInWithCodex(cli, {...options, codex})
  }
  const {directories, fetch, io, now} = cli
  io.out('Starting OAuth login...')
  const request = {server: readEndpoints(cli.env).server, fetch, now}
  try {
    const logInHere = deviceAuth ? logInWithDevice : logInWithBrowser
    const account = toAccount(await logInHere(cli, request, name))
    await directories.writeLogin(name, account.tokens)
    io.out(`Logged in as ${toAccountTitle(account)}.`)
    await warnOfSame(cli, account, name)
    return 0
  } catch (error) {
    io.err('OAuth login failed.')
    throw error
  }
}

async function logInWithDevice(cli: Cli, request: TokenRequestOptions) {
  const {logInWithDevice: logInThere} = await import('./log-in-with-device.ts')
  return logInThere(cli, request)
}

async function logInWithBrowser(cli: Cli, request: TokenRequestOptions, name: string) {
  const {logInWithBrowser: logInThere} = await import('./log-in-with-browser.ts')
  return logInThere(cli, request, name)
}

/** Two folders with one account share its quota, and the older login ends with its next refresh. */
async function warnOfSame(cli: Cli, {id}: Account, name: string): Promise<void> {
  const same = await findSameAccount(cli, id, (folder) => folder.name !== name)
  if (!same) return
  cli.io.err(
    `Warning: ${same.name} is the same ChatGPT account, so the two share one quota. Remove one of them, or log in to ${name} with another account.`,
  )
}
