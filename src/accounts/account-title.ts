/**
 * An account and its plan, as users know them.
 *
 * @module
 */
import {toAccountLabel, type Account} from './account.ts'

/** For example `ada@example.com (ChatGPT Plus)`. */
export function toAccountTitle(account: Pick<Account, 'email' | 'id' | 'plan'>): string {
  return `${toAccountLabel(account)} (${toPlanName(account.plan)})`
}

/** For example `ChatGPT Plus`; just `ChatGPT` when the plan is not known. */
export function toPlanName(plan: string | undefined): string {
  if (plan === undefined) return 'ChatGPT'
  const words = plan.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `ChatGPT ${words.join(' ')}`
}
