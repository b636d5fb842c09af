/**
 * An account's limits in the four forms that the backend tells them.
 *
 * @module
 */
import type {SimulatedAccount, SimulatedCredits} from '../state/simulated-account.ts'
import {readUsageWindow, spendUsageWindow, type UsageReading} from '../state/usage-window.ts'

const SECONDS_PER_MINUTE = 60

/** An account's windows at one moment; the second one may be missing. */
export interface UsageReport {
  readonly plan: string
  readonly primary: UsageReading
  readonly secondary: UsageReading | undefined
  /** The window that is full for longest; `undefined` when the account may go on. */
  readonly full: UsageReading | undefined
  /** Limits of single models. */
  readonly additional: readonly AdditionalReport[]
  readonly credits: SimulatedCredits | undefined
}

/** A limit of single models at one moment. */
interface AdditionalReport {
  readonly name: string
  readonly id: string
  readonly primary: UsageReading | undefined
  readonly secondary: UsageReading | undefined
}

/** Reads the windows of an account. */
export function readUsage(account: SimulatedAccount, nowMs: number): UsageReport {
  const [primary, secondary] = account.windows.map((window) => readUsageWindow(window, nowMs))
  if (!primary) throw new Error('An account has at least one window')
  const full = [primary, secondary]
    .filter((reading) => reading !== undefined)
    .filter(({isFull}) => isFull)
    .toSorted((a, b) => b.resetAtSeconds - a.resetAtSeconds)
  const additional = account.additionalLimits.map(({name, id, windows}) => {
    const [first, second] = windows.map((window) => readUsageWindow(window, nowMs))
    return {name, id, primary: first, secondary: second}
  })
  const {credits, plan} = account
  return {plan, primary, secondary, full: full[0], additional, credits}
}

/**
 * Uses up one request's worth of every window.
 *
 * @returns The refusal when one of them is full; then nothing is used up.
 */
export function spendUsage(account: SimulatedAccount, nowMs: number): Response | undefined {
  const report = readUsage(account, nowMs)
  if (report.full) {
    const refusal = toUsageLimitError(account.plan, report.full)
    return Response.json(refusal, {status: 429, headers: toUsageHeaders(report)})
  }
  for (const window of account.windows) spendUsageWindow(window, nowMs)
  return undefined
}

/** The `x-codex-…` headers of every answer to `/codex/responses`. */
export function toUsageHeaders(report: UsageReport): Record<string, string> {
  return {
    'x-codex-active-limit': 'codex',
    'x-codex-plan-type': report.plan,
    ...toWindowHeaders('x-codex-primary', report.primary),
    ...toWindowHeaders('x-codex-secondary', report.secondary),
    'x-codex-primary-over-secondary-limit-percent': '0',
    ...toCreditsHeaders(report),
    ...Object.assign({}, ...report.additional.map(toAdditionalHeaders)),
    ...(report.full && {'x-codex-rate-limit-reached-type': 'rate_limit_reached'}),
  }
}

function toCreditsHeaders({credits}: UsageReport): Record<string, string> {
  return {
    'x-codex-credits-has-credits': credits ? 'True' : 'False',
    'x-codex-credits-unlimited': credits?.unlimited ? 'True' : 'False',
    'x-codex-credits-balance': String(credits?.balance ?? 0),
  }
}

/** A limit of single models has a family of headers of its own. */
function toAdditionalHeaders({id, name, primary, secondary}: AdditionalReport) {
  const prefix = `x-${id.replaceAll('_', '-')}`
  return {
    [`${prefix}-limit-name`]: name,
    ...toWindowHeaders(`${prefix}-primary`, primary),
    ...toWindowHeaders(`${prefix}-secondary`, secondary),
  }
}

/** The body of the 429 when a window is full. */
function toUsageLimitError(plan: string, full: UsageReading): object {
  return {
    error: {
      type: 'usage_limit_reached',
      message: 'The usage limit has been reached',
      plan_type: plan,
      resets_at: full.resetAtSeconds,
      eligible_promo: null,
      limit_window_minutes: full.minutes,
      resets_in_seconds: full.resetAfterSeconds,
    },
  }
}

/** The fields of a `codex.rate_limits` event. */
export function toRateLimitsEvent(report: UsageReport): Record<string, unknown> {
  return {
    plan_type: report.plan,
    rate_limits: {
      allowed: !report.full,
      limit_reached: Boolean(report.full),
      primary: toEventWindow(report.primary),
      secondary: report.secondary ? toEventWindow(report.secondary) : null,
    },
    code_review_rate_limits: null,
    additional_rate_limits: toLimitsByName(report),
    credits: toCredits(report),
    promo: null,
  }
}

/** The body of `GET /wham/usage`. */
export function toUsageBody(account: SimulatedAccount, report: UsageReport): object {
  return {
    user_id: account.userId,
    account_id: account.accountId,
    email: account.email,
    plan_type: account.plan,
    rate_limit: {
      allowed: !report.full,
      limit_reached: Boolean(report.full),
      primary_window: toUsageWindow(report.primary),
      secondary_window: report.secondary ? toUsageWindow(report.secondary) : null,
    },
    code_review_rate_limit: null,
    additional_rate_limits: report.additional.map(({id, name, primary, secondary}) => ({
      limit_name: name,
      metered_feature: id,
      rate_limit: {
        allowed: true,
        limit_reached: false,
        primary_window: primary ? toUsageWindow(primary) : null,
        secondary_window: secondary ? toUsageWindow(secondary) : null,
      },
    })),
    credits: {
      ...toCredits(report),
      overage_limit_reached: false,
      approx_local_messages: [0, 0],
      approx_cloud_messages: [0, 0],
    },
    spend_control: {reached: false, individual_limit: null},
    rate_limit_reached_type: report.full ? {type: 'rate_limit_reached', details: 'default'} : null,
    promo: null,
  }
}

function toLimitsByName({additional}: UsageReport): object | null {
  if (additional.length === 0) return null
  return Object.fromEntries(
    additional.map(({name, primary, secondary}) => [
      name,
      {
        primary: primary ? toEventWindow(primary) : null,
        secondary: secondary ? toEventWindow(secondary) : null,
      },
    ]),
  )
}

function toCredits({credits}: UsageReport) {
  const {balance, unlimited = false} = credits ?? {}
  const text = balance === undefined ? null : String(balance)
  return {has_credits: credits !== undefined, unlimited, balance: text}
}

/** A window that an account does not have is sent as zeros and an empty time. */
function toWindowHeaders(
  prefix: string,
  reading: UsageReading | undefined,
): Record<string, string> {
  return {
    [`${prefix}-used-percent`]: String(reading?.usedPercent ?? 0),
    [`${prefix}-window-minutes`]: String(reading?.minutes ?? 0),
    [`${prefix}-reset-at`]: String(reading?.resetAtSeconds ?? ''),
    [`${prefix}-reset-after-seconds`]: String(reading?.resetAfterSeconds ?? 0),
  }
}

function toEventWindow(reading: UsageReading): object {
  return {
    used_percent: reading.usedPercent,
    window_minutes: reading.minutes,
    reset_after_seconds: reading.resetAfterSeconds,
    reset_at: reading.resetAtSeconds,
  }
}

function toUsageWindow(reading: UsageReading): object {
  return {
    used_percent: reading.usedPercent,
    limit_window_seconds: reading.minutes * SECONDS_PER_MINUTE,
    reset_after_seconds: reading.resetAfterSeconds,
    reset_at: reading.resetAtSeconds,
  }
}
