/**
 * Signing out, with the editor's dialogs.
 *
 * @module
 */
import {toAccountLabel, type Account} from '../../../accounts/account.ts'
import {
  signOut as signOutWith,
  type SignOutOptions as CommonOptions,
} from '../../../engine/log-out.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** What signing out needs from outside. */
export interface SignOutOptions extends CommonOptions {
  readonly api: Pick<VscodeApi, 'window'>
}

/**
 * Signs out of the accounts, and says of which.
 *
 * @throws {StorageError} A login could not be removed.
 */
export async function signOut(
  accounts: readonly Account[],
  options: SignOutOptions,
): Promise<void> {
  const {window} = options.api
  await signOutWith(accounts, options, {
    done: 'Logged out',
    async mayEnd(account) {
      const keep = {label: 'Keep it', detail: 'It is used here as well, as before.', agrees: false}
      const end = {label: 'Log out everywhere', detail: account.home ?? '', agrees: true}
      const title = `Other programs share the login of ${toAccountLabel(account)}. Log out there as well?`
      const chosen = await window.showQuickPick([keep, end], {title})
      return chosen?.agrees === true
    },
    tell: (sentences) => void window.showInformationMessage(sentences),
  })
}
