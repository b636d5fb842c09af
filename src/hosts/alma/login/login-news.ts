/**
 * Telling the user of a login that has ended.
 *
 * @module
 */
import {toAccountLabel, type AccountStore} from '../../../accounts/account.ts'
import {toLoginError} from '../../../accounts/login-error.ts'
import type {Clock} from '../../../base/clock.ts'
import {createEndedLogins} from '../../../engine/ended-logins.ts'
import type {AlmaUi} from '../alma-api.ts'
import {explainError} from '../explain-error.ts'

/** The accounts to watch, and where to tell. */
export interface LoginNewsOptions {
  readonly store: Pick<AccountStore, 'list'>
  readonly ui: Pick<AlmaUi, 'showNotification'>
  readonly now: Clock
}

/**
 * Creates what tells of each login once, with who used it up where that is known.
 *
 * @returns Looks for logins that ended since the creation. Call it after each change of the accounts.
 */
export function createLoginNews({store, ui, now}: LoginNewsOptions): () => Promise<void> {
  const look = createEndedLogins({store, now})
  return async () => {
    const {accounts, ended} = await look()
    // Without another account, the answer itself says so.
    if (accounts.every(({loginRequired}) => loginRequired)) return
    for (const {account} of ended) {
      ui.showNotification(`${toAccountLabel(account)}: ${explainError(toLoginError(account))}`, {
        type: 'warning',
      })
    }
  }
}
