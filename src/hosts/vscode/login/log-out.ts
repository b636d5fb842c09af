/**
 * Logging out, with the editor's dialogs.
 *
 * @module
 */
import {toAccountLabel, type Account} from '../../../accounts/account.ts'
import {logOut as logOutWith, type LogOutOptions as CommonOptions} from '../../../engine/log-out.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** Where logins are kept, and the editor's dialogs. */
export interface LogOutOptions extends CommonOptions {
  readonly api: Pick<VscodeApi, 'window'>
}

/**
 * Logs out of the accounts, and tells the user of which.
 *
 * @throws {StorageError} A login could not be removed.
 */
export async function logOut(accounts: readonly Account[], options: LogOutOptions): Promise<void> {
  const {window} = options.api
  await logOutWith(accounts, options, {
    async mayEnd(account) {
      const keep = {label: 'Keep it', detail: 'It goes on being used here, too.', agrees: false}
      const end = {label: 'Log out everywhere', detail: account.home ?? '', agrees: true}
      const title = `Other programs share the login of ${toAccountLabel(account)}. Log out there as well?`
      const chosen = await window.showQuickPick([keep, end], {title})
      return chosen?.agrees === true
    },
    tell: (sentences) => void window.showInformationMessage(sentences),
  })
}
