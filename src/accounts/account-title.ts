/**
 * An account and its plan, as users know them.
 *
 * @module
 */
import {toAccountLabel, type Account} from './account.ts'
import {toPlanName} from './plan-name.ts'

/** For example `ada@example.com (ChatGPT Plus)`, and of an app `ada@example.com (ChatGPT, as an app)`. */
export function toAccountTitle(
  account: Partial<Pick<Account, 'tokens'>> & Pick<Account, 'email' | 'id' | 'plan'>,
): string {
  const kind = account.tokens?.app ? ', as an app' : ''
  return `${toAccountLabel(account)} (${toPlanName(account.plan)}${kind})`
}
