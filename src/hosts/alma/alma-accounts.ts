/**
 * The account cards of the provider's settings.
 *
 * @module
 */
import type {AccountRest} from '../../accounts/account-limits.ts'
import {REST_TEXTS} from '../../accounts/account-verdict.ts'
import type {Account} from '../../accounts/account.ts'
import {isExhausted, type Usage, type UsageWindow} from '../../accounts/usage.ts'
import type {AlmaAccount} from './alma-api.ts'

/** What is known about an account's limits. */
export interface KnownLimits {
  readonly usage?: Usage | undefined
  /** Set while the account rests. */
  readonly rest?: AccountRest | undefined
}

/** Converts an account and what is known about its limits. */
export function toAlmaAccount(account: Account, {usage, rest}: KnownLimits): AlmaAccount {
  const {id, email} = account
  return {
    id,
    ...(email !== undefined && {email}),
    label: toLabel(account, rest),
    ...(usage && {
      ...toLimit(usage),
      quota: {models: usage.windows.map(toQuota), lastUpdated: usage.takenAtMs},
    }),
    ...(rest && {isRateLimited: true, rateLimitResetAt: rest.untilMs}),
  }
}

/** For example `ChatGPT Plus`. */
export function toPlanName(plan: string | undefined): string {
  if (plan === undefined) return 'ChatGPT'
  const words = plan.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `ChatGPT ${words.join(' ')}`
}

function toLabel({plan, loginRequired}: Account, rest: AccountRest | undefined): string {
  const name = toPlanName(plan)
  if (loginRequired) return `${name} (press Connect to sign in again)`
  // A limit has fields of its own.
  return !rest || rest.reason === 'usage_limit' ? name : `${name} (${REST_TEXTS[rest.reason]})`
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
