/**
 * The offer to log in, in the editor's Accounts menu.
 *
 * @module
 */
import type {AccountStore} from '../../../accounts/account.ts'
import {LOGGED_IN_CONTEXT, SCOPE, VENDOR} from '../names.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** The accounts, and the editor's menu. */
export interface OfferLogInOptions {
  readonly api: Pick<VscodeApi, 'authentication' | 'commands'>
  readonly store: Pick<AccountStore, 'list'>
}

/**
 * Puts the editor's "Sign in" into the Accounts menu while no account is logged in, and shows nothing else. Sets the
 * context that the conditions in the manifest ask for.
 *
 * @throws {StorageError} The accounts could not be read.
 */
export async function offerLogIn({api, store}: OfferLogInOptions): Promise<void> {
  const isLoggedIn = (await store.list()).length > 0
  void api.commands.executeCommand('setContext', LOGGED_IN_CONTEXT, isLoggedIn)
  if (isLoggedIn) return
  const session = api.authentication.getSession(VENDOR, [SCOPE], {createIfNone: false})
  void Promise.resolve(session).catch(() => {})
}
