/**
 * Logging in to an account.
 *
 * @module
 */
import {toAccount, type Account} from '../../accounts/account.ts'
import {toAppLogin} from '../../accounts/to-app-login.ts'
import {toAccountTitle} from '../../accounts/account-title.ts'
import {readLogin} from '../../accounts/directories/codex/codex-home.ts'
import type {AppLogin} from '../../oauth/login.ts'
import type {TokenRequestOptions} from '../../oauth/token-request.ts'
import {findSameAccount} from '../accounts/find-same-account.ts'
import type {Cli} from '../cli.ts'
import type {BrowserLoginOptions} from './log-in-with-browser.ts'
import type {CodexLogInOptions} from './log-in-with-codex.ts'
import {readEndpoints} from '../../codex/endpoints.ts'

/** How to log in, and where the login goes. */
export interface LogInOptions extends Omit<CodexLogInOptions, 'codex'> {
  /** The Codex CLI that does it; `undefined` leaves it to this program, which replaces any login. */
  readonly codex?: string
  /** Logs in by "Sign in with ChatGPT". Default: the kind of the login before, else that of Codex. */
  readonly app?: boolean
}

/** What a shell calls a command that Ctrl-C has ended. */
const CANCELLED_CODE = 130

/**
 * Logs in, and puts the login into the folder.
 *
 * @returns The exit code: 130 when the user pressed Ctrl-C before the login came.
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
  const app = deviceAuth ? undefined : await findApp(cli, options)
  io.out('Starting OAuth login...')
  const cancel = waitForCancel()
  const request = {server: readEndpoints(cli.env).server, fetch, now}
  try {
    const pending = deviceAuth
      ? logInWithDevice(cli, request)
      : logInWithBrowser(cli, request, {name, app})
    const tokens = await Promise.race([pending, cancel.pressed])
    if (tokens === undefined) {
      io.err('Cancelled.')
      return CANCELLED_CODE
    }
    const account = toAccount(tokens)
    await directories.writeLogin(name, tokens)
    io.out(`Logged in as ${toAccountTitle(account)}.`)
    await warnOfSame(cli, account, name)
    return 0
  } catch (error) {
    io.err('OAuth login failed.')
    throw error
  } finally {
    cancel.stop()
  }
}

/** Takes Ctrl-C in place of the system, which would end the command without a word. */
function waitForCancel() {
  const give = {up: () => {}}
  const pressed = new Promise<undefined>((resolve) => {
    give.up = () => resolve(undefined)
  })
  process.once('SIGINT', give.up)
  return {pressed, stop: () => process.off('SIGINT', give.up)}
}

async function logInWithDevice(cli: Cli, request: TokenRequestOptions) {
  const {logInWithDevice: logInThere} = await import('./log-in-with-device.ts')
  return logInThere(cli, request)
}

async function logInWithBrowser(
  cli: Cli,
  request: TokenRequestOptions,
  options: BrowserLoginOptions,
) {
  const {logInWithBrowser: logInThere} = await import('./log-in-with-browser.ts')
  return logInThere(cli, request, options)
}

/** Who asks, where the login is to be that of an app. */
async function findApp(cli: Cli, {app, home}: LogInOptions): Promise<AppLogin | undefined> {
  const login = await readLogin(home)
  const before = login.kind === 'chatgpt' ? login.account : undefined
  if (!(app ?? before?.tokens.app !== undefined)) return undefined
  const {readHostId} = await import('./read-host-id.ts')
  return toAppLogin(await readHostId({base: cli.directories.base, log: cli.log}), before)
}

/** Two folders with one account share its quota, and the older login ends with its next refresh. */
async function warnOfSame(cli: Cli, {id}: Account, name: string): Promise<void> {
  const same = await findSameAccount(cli, id, (folder) => folder.name !== name)
  if (!same) return
  cli.io.err(
    `Warning: ${same.name} is the same ChatGPT account, so the two share one quota. Remove one of them, or log in to ${name} with another account.`,
  )
}
