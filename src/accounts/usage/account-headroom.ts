/**
 * How much of an account may still be used.
 *
 * @module
 */
import type {UsageCeiling} from '../account-preferences.ts'
import {
  CODEX_LIMIT,
  isExhausted,
  toExhaustedUntilMs,
  toTightestWindow,
  toUsageAt,
  toWindowAt,
  type Usage,
} from './usage.ts'

/** A ceiling that is reached. */
export interface ReachedCeiling extends UsageCeiling {
  readonly usedPercent: number
  /** When the window resets (milliseconds since the Unix epoch). */
  readonly untilMs: number
}

/**
 * What the fullest window has left, 0 to 100; `undefined` when nothing is known. Limits for single
 * models say nothing about most requests.
 */
export function toLeftPercent(usage: Usage | undefined, nowMs: number): number | undefined {
  const tightest = usage && toTightestWindow(toUsageAt(usage, nowMs))
  return tightest?.limit === CODEX_LIMIT ? 100 - tightest.usedPercent : undefined
}

/**
 * Until when the account is out of quota, by news that came after its last answer.
 *
 * @param answeredAtMs When it answered last; an answer is newer news than an earlier reading.
 */
export function findExhaustion(
  usage: Usage | undefined,
  {answeredAtMs, nowMs}: {readonly answeredAtMs: number; readonly nowMs: number},
): number | undefined {
  if (!usage) return undefined
  const {limitReached, windows, ...facts} = toUsageAt(usage, nowMs)
  const news = {
    ...facts,
    windows: windows.filter(({takenAtMs}) => takenAtMs > answeredAtMs),
    ...(limitReached && limitReached.takenAtMs > answeredAtMs && {limitReached}),
  }
  const untilMs = isExhausted(news) ? toExhaustedUntilMs(news) : undefined
  return untilMs !== undefined && untilMs > nowMs ? untilMs : undefined
}

/** For how long the usage may lag behind a first refusal, in milliseconds; with each further one, longer. */
const LAG_MS = 60_000

/** How often the usage of an account that rests is asked for at least, in milliseconds. */
const MAX_ASK_MS = 3_600_000

/** How much longer, and how long at most, in milliseconds. */
const LAG_GROWTH = 5
const MAX_LAG_MS = 6 * 3_600_000

/** A word that an account has no quota. */
export interface QuotaNews {
  /** When that became known (milliseconds since the Unix epoch); 0 when nobody knows. */
  readonly learnedAtMs: number
  /** How often in a row it was refused although its usage said that it has quota. Default 1. */
  readonly refusals?: number
}

/**
 * Whether the usage, asked for later, takes back the word that an account has no quota: a reset can come before its
 * time, and a refusal can be wrong. What was refused again after that is believed for longer.
 *
 * @param isTrusted The user wants to know: the usage is not expected to lag.
 */
export function isTakenBack(
  {learnedAtMs, refusals = 1}: QuotaNews,
  usage: Usage | undefined,
  {isTrusted = false}: {readonly isTrusted?: boolean | undefined} = {},
): boolean {
  if (usage?.checkedAtMs === undefined || isExhausted(usage)) return false
  const agoMs = usage.checkedAtMs - learnedAtMs
  return isTrusted ? agoMs >= 0 : agoMs >= toLagMs(refusals)
}

/** Whether it is time to ask for the usage of an account that has no quota, as far as is known. */
export function isWorthAsking(news: QuotaNews, usage: Usage | undefined, nowMs: number): boolean {
  const {learnedAtMs, refusals = 1} = news
  const askedAtMs = Math.max(learnedAtMs, usage?.checkedAtMs ?? 0)
  const restedMs = Math.min(MAX_ASK_MS, (nowMs - learnedAtMs) / 4)
  return nowMs - askedAtMs >= Math.max(toLagMs(refusals), restedMs)
}

function toLagMs(refusals: number): number {
  return Math.min(MAX_LAG_MS, LAG_MS * LAG_GROWTH ** (refusals - 1))
}

/** The ceiling that is reached; the one for longest, if there are several. */
export function findReachedCeiling(
  usage: Usage | undefined,
  ceilings: readonly UsageCeiling[],
  nowMs: number,
): ReachedCeiling | undefined {
  const reached = ceilings.flatMap((ceiling) => {
    const found = usage?.windows.find(
      ({limit, windowSeconds}) =>
        limit === ceiling.limit && windowSeconds === ceiling.windowSeconds,
    )
    if (!found) return []
    const {resetsAtMs, takenAtMs, usedPercent} = toWindowAt(found, nowMs)
    if (usedPercent < ceiling.maxUsedPercent) return []
    // Without a reset, it is empty again after its whole length at the latest.
    const untilMs = resetsAtMs ?? takenAtMs + ceiling.windowSeconds * 1000
    return [{...ceiling, usedPercent, untilMs}]
  })
  return reached.toSorted((one, other) => other.untilMs - one.untilMs)[0]
}
