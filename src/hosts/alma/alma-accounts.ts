/**
 * The account cards of the provider's settings.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import {isExhausted, type Usage, type UsageWindow} from '../../accounts/usage.ts'
import type {AlmaAccount} from './alma-api.ts'

/** What is known about an account's limits. */
export interface KnownLimits {
  readonly usage?: Usage | undefined
  /** Set while the account rests because of a limit (milliseconds since the Unix epoch). */
  readonly restsUntilMs?: number | undefined
}

/** Converts an account and what is known about its limits. */
export function toAlmaAccount(account: Account, {usage, restsUntilMs}: KnownLimits): AlmaAccount {
  const {id, email} = account
  return {
    id,
    ...(email !== undefined && {email}),
    label: toLabel(account),
    ...(usage && {
      ...toLimit(usage),
      quota: {models: usage.windows.map(toQuota), lastUpdated: usage.takenAtMs},
    }),
    ...(restsUntilMs !== undefined && {isRateLimited: true, rateLimitResetAt: restsUntilMs}),
  }
}

/** For example `ChatGPT Plus`. */
export function toPlanName(plan: string | undefined): string {
  if (plan === undefined) return 'ChatGPT'
  const words = plan.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `ChatGPT ${words.join(' ')}`
}

function toLabel({plan, loginRequired}: Account): string {
  return loginRequired ? `${toPlanName(plan)} (press Connect to sign in again)` : toPlanName(plan)
}

/** An exhausted account is back when the last of its exhausted windows has reset. */
function toLimit(usage: Usage): Partial<AlmaAccount> {
  if (!isExhausted(usage)) return {}
  const resets = usage.windows.flatMap(({usedPercent, resetsAtMs}) =>
    usedPercent >= 100 ? [resetsAtMs] : [],
  )
  return {isRateLimited: true, ...(resets.length > 0 && {rateLimitResetAt: Math.max(...resets)})}
}

function toQuota({name, usedPercent, resetsAtMs}: UsageWindow) {
  return {name, percentage: 100 - usedPercent, resetTime: new Date(resetsAtMs).toISOString()}
}
