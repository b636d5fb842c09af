/**
 * Why and until when an account has no quota: one value, whoever said so. The newer word counts.
 *
 * @module
 */
import {toNumber, toJsonObject} from '../../base/json-object.ts'
import {
  isExhausted,
  toExhaustedUntilMs,
  toFullUntilMs,
  toUsageAt,
  type Usage,
} from '../usage/usage.ts'

const REST_REASONS = [
  'deactivated',
  'no_credits',
  'not_included',
  'rate_limit',
  'rejected',
  'usage_limit',
] as const

/** How long an account rests whose login was rejected, in milliseconds. */
export const REJECTED_REST_MS = 10 * 60_000

/** How long an account rests that only its owner can help, in milliseconds: it has no credits, or was deactivated. */
export const LONG_REST_MS = 24 * 3_600_000

/**
 * Why an account rests: it or its workspace was deactivated, its workspace has no credits, its plan
 * has no Codex, it has sent too many requests at once, its token is rejected although it is new, or its quota is spent.
 */
export type RestReason = (typeof REST_REASONS)[number]

/** Who says so: a refusal, the usage, or the file that other programs read and write as well. */
export type RestSource = 'file' | 'refusal' | 'usage'

/** An account rests. Times are milliseconds since the Unix epoch. */
export interface Rest {
  readonly reason: RestReason
  readonly untilMs: number
  readonly source: RestSource
  /** When that became known; 0 when nobody knows. */
  readonly learnedAtMs: number
  /** How often in a row it was refused although its usage said that it has quota; 1 for the first time. */
  readonly refusals: number
}

/** For how long the usage may lag behind a first refusal, in milliseconds; with each further one, longer. */
const LAG_MS = 60_000

/** How much longer, and how long at most, in milliseconds. */
const LAG_GROWTH = 5
const MAX_LAG_MS = 6 * 3_600_000

/** How often the usage of an account that rests is asked for at least, in milliseconds. */
const MAX_ASK_MS = 3_600_000

/** Two times that differ by less are the same reset, told at two moments. In milliseconds. */
const SAME_RESET_MS = 60_000

/** What is known beside the rest that was noted last. */
export interface RestFacts {
  readonly usage: Usage | undefined
  /** When the account answered last (milliseconds since the Unix epoch); 0 when never. */
  readonly answeredAtMs: number
  readonly nowMs: number
}

/** Whether the account rests, by the rest that was noted last and by what its usage says since; else `undefined`. */
export function findRest(noted: Rest | undefined, facts: RestFacts): Rest | undefined {
  const {nowMs, usage} = facts
  const known = noted && noted.untilMs > nowMs && !isTakenBack(noted, usage) ? noted : undefined
  const shown = toUsageRest(facts)
  if (!known || !shown) return known ?? shown
  // A full window knows best when it is empty again, but nothing of other reasons.
  const isNews = known.reason === 'usage_limit' && shown.learnedAtMs > known.learnedAtMs
  const isAbout = toFullUntilMs(usage) !== undefined
  const isSame = Math.abs(shown.untilMs - known.untilMs) < SAME_RESET_MS
  return isNews && isAbout && !isSame ? {...known, untilMs: shown.untilMs} : known
}

/** What the usage says since the last answer, which is newer than an earlier reading. */
function toUsageRest({answeredAtMs, nowMs, usage}: RestFacts): Rest | undefined {
  if (!usage) return undefined
  const {limitReached, windows, ...facts} = toUsageAt(usage, nowMs)
  const news = {
    ...facts,
    windows: windows.filter(({takenAtMs}) => takenAtMs > answeredAtMs),
    ...(limitReached && limitReached.takenAtMs > answeredAtMs && {limitReached}),
  }
  const untilMs = isExhausted(news) ? toExhaustedUntilMs(news) : undefined
  if (untilMs === undefined || untilMs <= nowMs) return undefined
  return {
    reason: 'usage_limit',
    untilMs,
    source: 'usage',
    learnedAtMs: usage.takenAtMs,
    refusals: 1,
  }
}

/**
 * Whether the usage, asked for later, takes the rest back: a reset can come before its time, and a refusal can be
 * wrong. What was refused again after that is believed for longer. Only usage that the user asked for takes back a
 * rest for another reason than the quota, unless another program speaks of it.
 */
export function isTakenBack(
  {learnedAtMs, reason, refusals, source}: Rest,
  usage: Usage | undefined,
): boolean {
  if (!usage || isExhausted(usage)) return false
  const {checkedAtMs = -Infinity, checkedByUserAtMs = -Infinity} = usage
  if (checkedByUserAtMs >= learnedAtMs) return true
  const mayPass = reason === 'usage_limit' || source === 'file'
  return mayPass && checkedAtMs - learnedAtMs >= toLagMs(refusals)
}

/** Whether it is time to ask for the usage of an account that has no quota, as far as is known. */
export function isWorthAsking(
  {learnedAtMs, reason, refusals, source}: Rest,
  usage: Usage | undefined,
  nowMs: number,
): boolean {
  const askedAtMs = Math.max(learnedAtMs, usage?.checkedAtMs ?? 0)
  const restedMs = Math.min(MAX_ASK_MS, (nowMs - learnedAtMs) / 4)
  const pauseMs = Math.max(toLagMs(refusals), restedMs)
  return (reason === 'usage_limit' || source === 'file') && nowMs - askedAtMs >= pauseMs
}

function toLagMs(refusals: number): number {
  return Math.min(MAX_LAG_MS, LAG_MS * LAG_GROWTH ** (refusals - 1))
}

/** Reads a rest that was saved. Until version 2.0 it was the time alone, and always a spent quota. */
export function parseRest(value: unknown): Rest | undefined {
  const {learnedAtMs, reason, refusals, source, untilMs = value} = toJsonObject(value)
  const time = toNumber(untilMs)
  if (time === undefined) return undefined
  return {
    reason: REST_REASONS.find((candidate) => candidate === reason) ?? 'usage_limit',
    untilMs: time,
    source: source === 'file' || source === 'usage' ? source : 'refusal',
    learnedAtMs: toNumber(learnedAtMs) ?? 0,
    refusals: toNumber(refusals) ?? 1,
  }
}
