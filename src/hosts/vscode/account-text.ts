/**
 * Accounts and their limits, as the editor's status bar and messages say them.
 *
 * @module
 */
import {toAccountLabel, type Account} from '../../accounts/account.ts'
import type {Usage, UsageWindow} from '../../accounts/usage.ts'
import {toLocalTime} from '../../http/local-time.ts'

/** What is known about an account's limits. */
export interface KnownLimits {
  readonly usage?: Usage | undefined
  /** Set while the account rests because of a limit (milliseconds since the Unix epoch). */
  readonly restsUntilMs?: number | undefined
}

/** For example `ChatGPT Plus`. */
export function toPlanName(plan: string | undefined): string {
  if (plan === undefined) return 'ChatGPT'
  const words = plan.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `ChatGPT ${words.join(' ')}`
}

/** One line for an account, and one for each of its limits. */
export function describeAccount(account: Account, {usage, restsUntilMs}: KnownLimits): string[] {
  const state = account.loginRequired ? ': has to log in again' : ''
  return [
    `${toAccountLabel(account)} (${toPlanName(account.plan)})${state}`,
    ...(restsUntilMs === undefined
      ? []
      : [`has reached its limit until ${toLocalTime(restsUntilMs)}`]),
    ...(usage?.windows.map(describeWindow) ?? []),
  ]
}

/** How much of the fullest limit is left, in percent; `undefined` when nothing is known. */
export function toPercentLeft(usage: Usage | undefined): number | undefined {
  if (!usage || usage.windows.length === 0) return undefined
  return Math.round(100 - Math.max(...usage.windows.map(({usedPercent}) => usedPercent)))
}

function describeWindow({name, usedPercent, resetsAtMs}: UsageWindow): string {
  return `${name}: ${Math.round(100 - usedPercent)} % left, resets ${toLocalTime(resetsAtMs)}`
}
