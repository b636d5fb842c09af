/**
 * The offer to log in, in the editor's Accounts menu.
 *
 * @module
 */
import type {AccountStore} from '../../../accounts/account.ts'
import {LOGGED_IN_CONTEXT, SCOPE, VENDOR} from '../names.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** What {@link offerLogIn} needs from outside. */
export interface OfferLogInOptions {
  readonly api: Pick<VscodeApi, 'authentication' | 'commands'>
  readonly store: Pick<AccountStore, 'list'>
}

/**
 * Puts "Sign in" into the Accounts menu as long as nobody is, and nothing else on the screen. The editor is
 * told whether somebody is, for the conditions in the manifest.
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
