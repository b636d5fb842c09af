/**
 * An account and its plan, as users know them.
 *
 * @module
 */
import {toAccountLabel, type Account} from './account.ts'
import {toPlanName} from './plan-name.ts'

/** For example `ada@example.com (ChatGPT Plus)`. */
export function toAccountTitle(account: Pick<Account, 'email' | 'id' | 'plan'>): string {
  return `${toAccountLabel(account)} (${toPlanName(account.plan)})`
}
