/**
 * The account cards of the provider's settings.
 *
 * @module
 */
import {describeEnd} from '../../../accounts/choice/describe-account.ts'
import {REST_TEXTS} from '../../../accounts/choice/account-verdict.ts'
import {withEnd, type Account} from '../../../accounts/account.ts'
import type {Rest} from '../../../accounts/rests/rest.ts'
import {toPlanName} from '../../../accounts/plan-name.ts'
import {
  canPay,
  toWindowName,
  type Usage,
  type UsageCredits,
  type UsageWindow,
} from '../../../accounts/usage/usage.ts'
import type {AlmaAccount, AlmaQuota} from '../alma-api.ts'
import {WORDS} from '../explain-error.ts'

/** What is known about an account's limits. */
export interface KnownLimits {
  readonly usage?: Usage | undefined
  /** Set while the account rests. */
  readonly rest?: Pick<Rest, 'reason' | 'untilMs'> | undefined
  /** Whether the user does not want it to be used for now. Default: no. */
  readonly isPaused?: boolean
  /** Milliseconds since the Unix epoch. */
  readonly nowMs: number
}

/** Converts an account and what is known about its limits. */
export function toAlmaAccount(account: Account, known: KnownLimits): AlmaAccount {
  const {usage, rest, nowMs} = known
  const {id, email} = account
  return {
    id,
    ...(email !== undefined && {email}),
    label: toLabel(account, known),
    ...(usage && {
      quota: {
        models: usage.windows.map((window) => toQuota(window, nowMs)),
        lastUpdated: usage.takenAtMs,
      },
    }),
    ...(rest && {isRateLimited: true, rateLimitResetAt: rest.untilMs}),
  }
}

/** For example `ChatGPT Plus, 12.5 credits`. */
function toLabel(account: Account, known: KnownLimits): string {
  const {isPaused, nowMs, rest, usage} = known
  const {plan, loginRequired, tokens} = withEnd(account, nowMs)
  const name = toPlanName(usage?.plan ?? plan)
  if (loginRequired?.reason === 'deactivated') return `${name} (${REST_TEXTS.deactivated})`
  if (loginRequired) return `${name} (${WORDS.log_in_again})`
  if (isPaused) return `${name} (paused)`
  // A limit has fields of its own.
  if (rest && rest.reason !== 'usage_limit') return `${name} (${REST_TEXTS[rest.reason]})`
  return [name, ...toCredits(usage?.credits), ...toEnd(tokens)].join(', ')
}

/** For a login that cannot be renewed, until when it works. */
function toEnd(tokens: Account['tokens']): readonly string[] {
  const [end] = describeEnd({tokens})
  return end === undefined ? [] : [`works ${end}`]
}

function toCredits(credits: UsageCredits | undefined): readonly string[] {
  if (credits?.unlimited) return ['unlimited credits']
  const {balance} = credits ?? {}
  return canPay(credits) && balance !== undefined ? [`${Number(balance.toFixed(2))} credits`] : []
}

/** A window that has not started would last for its whole length if it did now. */
function toQuota(window: UsageWindow, nowMs: number): AlmaQuota {
  const {resetsAtMs = nowMs + window.windowSeconds * 1000, usedPercent} = window
  return {
    name: toWindowName(window),
    percentage: 100 - usedPercent,
    resetTime: new Date(resetsAtMs).toISOString(),
  }
}
