/**
 * What is left of an account's limits, until when, and how we know.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/rate_limits.rs}
 */

/** The limit that every request counts against; others are for single models. */
export const CODEX_LIMIT = 'codex'

/**
 * Where a number comes from: the headers of an answer, an event inside it, a refusal, or the answer to
 * the question for the usage. That one alone lists every window there is, but it lags behind.
 */
export type UsageSource = 'event' | 'headers' | 'refusal' | 'usage'

/** One quota that fills with use and empties at its reset. Known by its length, not by its place. */
export interface UsageWindow {
  /** {@link CODEX_LIMIT}, or the name of another limit, for example `GPT-5.3-Codex-Spark`. */
  readonly limit: string
  /** What the backend calls the limit, for example `codex_bengalfox`, where it said so. */
  readonly limitId?: string
  /** Length; 0 when the backend did not say. */
  readonly windowSeconds: number
  /** 0 to 100. */
  readonly usedPercent: number
  /** Milliseconds since the Unix epoch. Absent while the window has not started: nothing is used. */
  readonly resetsAtMs?: number
  /** When the backend said so (milliseconds since the Unix epoch). */
  readonly takenAtMs: number
  readonly source: UsageSource
}

/** What pays for requests when the windows are full, see {@link canPay}. */
export interface UsageCredits {
  readonly hasCredits: boolean
  readonly unlimited: boolean
  readonly balance?: number
  /** Whether the user has spent what may be spent beyond the plan. */
  readonly isOverageReached?: boolean
}

/** A ceiling that a workspace sets for its members. */
export interface SpendControl {
  readonly reached: boolean
  /** 0 to 100. */
  readonly usedPercent?: number
  /** Milliseconds since the Unix epoch. */
  readonly resetsAtMs?: number
}

/** The backend refuses requests for now. */
export interface LimitReached {
  /** For example `rate_limit_reached` or `workspace_owner_credits_depleted`, where it said so. */
  readonly type?: string
  /** Until when it is believed (milliseconds since the Unix epoch). */
  readonly untilMs: number
  readonly takenAtMs: number
  readonly source: UsageSource
}

/** What the backend says beside the windows, as far as it does. */
interface UsageFacts {
  readonly credits?: UsageCredits
  /** ChatGPT's name of the plan, for example `plus`. */
  readonly plan?: string
  readonly spendControl?: SpendControl
  /** Resets that the user has saved up and can redeem. */
  readonly resetCredits?: number
}

/** What the backend has said once. */
export interface UsageReading extends UsageFacts {
  readonly source: UsageSource
  /** When it came (milliseconds since the Unix epoch). */
  readonly takenAtMs: number
  /** When the request was sent that it is the answer to. Default: `takenAtMs`. */
  readonly askedAtMs?: number
  readonly windows: readonly UsageWindow[]
  /** Whether it refuses requests of {@link CODEX_LIMIT}. Absent where nothing says so. */
  readonly limitReached?: boolean
  readonly reachedType?: string
  /** Until when it does, where it said so (milliseconds since the Unix epoch). */
  readonly reachedUntilMs?: number
  /** How long it does where it did not say, in milliseconds. Default: half an hour. */
  readonly unknownRestMs?: number | undefined
  /** The user wants to know now: it counts even against what an answer has just said. */
  readonly isTrusted?: boolean
}

/** What is known about the limits of one account. */
export interface Usage extends UsageFacts {
  readonly windows: readonly UsageWindow[]
  /** Absent while the backend accepts requests, as far as we know. */
  readonly limitReached?: LimitReached
  /** The newest reading (milliseconds since the Unix epoch). */
  readonly takenAtMs: number
  /** When the last question for the usage was asked that was answered about all requests. */
  readonly checkedAtMs?: number
  /** The same, of the questions that the user asked. */
  readonly checkedByUserAtMs?: number
}

/** The usage at `nowMs`: a window whose reset has passed has not started again. */
export function toUsageAt({limitReached, ...usage}: Usage, nowMs: number): Usage {
  return {
    ...usage,
    windows: usage.windows.map((window) => toWindowAt(window, nowMs)),
    ...(limitReached && limitReached.untilMs > nowMs && {limitReached}),
  }
}

/** The window at `nowMs`. */
export function toWindowAt(window: UsageWindow, nowMs: number): UsageWindow {
  if ((toWindowEndMs(window) ?? Infinity) > nowMs) return window
  const {resetsAtMs: _, ...rest} = window
  return {...rest, usedPercent: 0}
}

/** When the window is empty again: whatever was used is free after its whole length, even if nothing says when. */
export function toWindowEndMs({
  resetsAtMs,
  takenAtMs,
  windowSeconds,
}: UsageWindow): number | undefined {
  return resetsAtMs ?? (windowSeconds > 0 ? takenAtMs + windowSeconds * 1000 : undefined)
}

/**
 * Whether the account is out of quota. A limit for single models says nothing about the others, and one of the plan
 * nothing while credits pay, unless a request was refused all the same.
 */
export function isExhausted({credits, limitReached, spendControl, windows}: Usage): boolean {
  if (!canPay(credits, spendControl)) return limitReached !== undefined || windows.some(isFull)
  return limitReached !== undefined && !isOfPlan(limitReached)
}

/** Whether there are credits that requests may use. */
export function canPay(credits: UsageCredits | undefined, spendControl?: SpendControl): boolean {
  if (!credits || credits.isOverageReached === true || spendControl?.reached === true) return false
  return credits.unlimited || (credits.hasCredits && (credits.balance ?? 1) > 0)
}

/** Whether the next request would use credits that run out: the plan is used up, and they pay. */
export function usesCredits(usage: Usage | undefined): boolean {
  if (!usage || isExhausted(usage) || usage.credits?.unlimited !== false) return false
  return usage.limitReached !== undefined || usage.windows.some(isFull)
}

/** Whether the plan's windows are what is used up, as far as the backend was asked and has not refused. */
function isOfPlan({source, type}: LimitReached): boolean {
  return source !== 'refusal' && (type === undefined || type === 'rate_limit_reached')
}

/** Whether a window of the limit that counts for every request is full. */
export function isFull({limit, usedPercent}: UsageWindow): boolean {
  return limit === CODEX_LIMIT && usedPercent >= 100
}

/** When an account that is out of quota is back (milliseconds since the Unix epoch), if that is known. */
export function toExhaustedUntilMs(usage: Usage): number | undefined {
  return toFullUntilMs(usage) ?? usage.limitReached?.untilMs
}

/** When the last of the full windows is empty again (milliseconds since the Unix epoch), if that is known. */
export function toFullUntilMs(usage: Pick<Usage, 'windows'> | undefined): number | undefined {
  const resets = usage?.windows.filter(isFull).flatMap(({resetsAtMs}) => resetsAtMs ?? []) ?? []
  return resets.length > 0 ? Math.max(...resets) : undefined
}

/**
 * The window with the least left; of two, the one that resets later. Those of single models count only
 * when there are no others.
 */
export function toTightestWindow({windows}: Pick<Usage, 'windows'>): UsageWindow | undefined {
  const general = windows.filter(({limit}) => limit === CODEX_LIMIT)
  const [tightest] = (general.length > 0 ? general : windows).toSorted(
    (one, other) =>
      other.usedPercent - one.usedPercent || (other.resetsAtMs ?? 0) - (one.resetsAtMs ?? 0),
  )
  return tightest
}

/** How a user knows the window, for example `codex (5 h)`. */
export function toWindowName({limit, windowSeconds}: UsageWindow): string {
  return windowSeconds > 0 ? `${limit} (${toWindowLabel(windowSeconds)})` : limit
}

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

/** What users call a window of this length, for example `5 h`, `weekly` or `yearly`. */
export function toWindowLabel(seconds: number): string {
  if (seconds < DAY_SECONDS) return `${Math.max(1, Math.round(seconds / HOUR_SECONDS))} h`
  const days = Math.round(seconds / DAY_SECONDS)
  if (days === 1) return 'daily'
  if (days === 7) return 'weekly'
  if (days >= 28 && days <= 31) return 'monthly'
  return days === 365 || days === 366 ? 'yearly' : `${days} d`
}
