/**
 * Login and logout, with what the user gets to read: shared by the provider's settings page and the
 * command palette.
 *
 * @module
 */
import type {Account} from '../../../accounts/account.ts'
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {CodexError, toErrorName} from '../../../errors.ts'
import type {Log} from '../../../base/log.ts'
import type {AccountMemory} from '../../../storage/account-memory.ts'
import {storeLogin} from '../../../engine/store-login.ts'
import type {AlmaLoginResult} from '../alma-api.ts'
import {explainLoginError} from '../explain-error.ts'
import type {AppLogin} from '../../../oauth/login.ts'
import {toAppLogin} from '../../../accounts/to-app-login.ts'
import type {LogOutOptions} from './log-out.ts'

/** Where logins are kept, and how the user is asked and told. */
export interface LoginActionsOptions extends LogOutOptions {
  readonly memory: AccountMemory
  /** Who this installation is, where an app logs in. */
  readonly hostId: () => Promise<string>
}

/** What the user can do about logins. */
export interface LoginActions {
  /** Adds an account, or renews one. Never rejects: the result and a notification say what happened. */
  login(): Promise<AlmaLoginResult>
  /**
   * The same by "Sign in with ChatGPT", which is another kind of login.
   *
   * @param again The account that is to be logged in again. Default: whoever logs in.
   */
  loginAsApp(again?: Account): Promise<AlmaLoginResult>
  /** Removes every account, and ends their logins at the authorization server. */
  logout(): Promise<void>
  /** Lets the user choose which accounts to log out. */
  chooseLogout(): Promise<void>
  /** Logs one account out, without a question. */
  remove(accountId: string): Promise<void>
}

/** Creates the actions. The code of each is loaded when it is used. */
export function createLoginActions(options: LoginActionsOptions): LoginActions {
  const {ui, store, log, memory} = options

  async function login(findApp?: () => Promise<AppLogin>): Promise<AlmaLoginResult> {
    try {
      const account = await logInAndStore(options, findApp)
      // A pause outlives a logout.
      const paused = memory.preferences.of(account.id).isPaused ? ' It is still paused.' : ''
      ui.showNotification(`Logged in as ${toAccountTitle(account)}.${paused}`, {type: 'success'})
      return {success: true}
    } catch (error) {
      const message = toSentence(error, log)
      ui.showNotification(message, {type: 'error'})
      return {success: false, error: message}
    }
  }

  return {
    login: () => login(),
    loginAsApp: (again) => login(async () => toAppLogin(await options.hostId(), again)),
    async logout() {
      const {logOutAndTell} = await import('./log-out.ts')
      await logOutAndTell(await store.list(), options)
    },
    async chooseLogout() {
      const {pickAndLogOut} = await import('./log-out.ts')
      await pickAndLogOut(options)
    },
    async remove(accountId) {
      const {logOutAndTell} = await import('./log-out.ts')
      const account = await store.get(accountId)
      if (account) await logOutAndTell([account], options)
    },
  }
}

/** Loaded when it is needed: an editor starts far more often than a user logs in. */
async function logInAndStore(
  options: LoginActionsOptions,
  findApp?: () => Promise<AppLogin>,
): Promise<Account> {
  const {ui, tokenRequest} = options
  const {logIn} = await import('./log-in.ts')
  const account = await logIn({ui, ...tokenRequest, app: await findApp?.()})
  await storeLogin(account, options)
  return account
}

function toSentence(error: unknown, log: Log): string {
  if (error instanceof CodexError) return explainLoginError(error)
  log.error('The login failed for an unknown reason', {name: toErrorName(error)})
  return 'The login failed. Try again. If it keeps failing, the log has more.'
}
