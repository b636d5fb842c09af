/**
 * What the headers of every answer say about limits.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/rate_limits.rs}
 */
import {toText} from '../../../base/json-object.ts'
import type {AnswerHeaders} from '../../../http/send.ts'
import {toPlainWord} from '../../../base/plain-text.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {toTruth} from './parse-credits.ts'
import {readUsageWindow, toAmount, type LimitName, type Taken} from './read-usage-window.ts'
import {
  canPay,
  CODEX_LIMIT,
  toWindowEndMs,
  type UsageCredits,
  type UsageReading,
  type UsageWindow,
} from '../usage.ts'

/** Each limit has a family of headers; `codex` is one of them, `codex-bengalfox` another one. */
const FAMILY = /^x-(.+)-(?:primary|secondary)-used-percent$/

/** The most families that are looked at. */
const MAX_FAMILIES = 20

/** What the headers of one answer say about limits. */
export interface LimitHeaders {
  /** Absent when they say nothing. */
  readonly reading?: UsageReading
  /** The limit that the request counted against. */
  readonly activeLimit: LimitName
  /** When that limit is free again, if windows of it are full (milliseconds since the Unix epoch). */
  readonly fullUntilMs?: number
}

const NOTHING: LimitHeaders = {activeLimit: {limit: CODEX_LIMIT}}

/** Reads them, once for everybody who wants to know. */
export function readLimitHeaders(headers: AnswerHeaders, takenAtMs: number): LimitHeaders {
  const families = findFamilies(headers)
  if (families.length === 0) return NOTHING
  const activeLimit = findActiveLimit(headers, families)
  const taken: Taken = {source: 'headers', takenAtMs}
  const windows = families.flatMap((family) => parseFamily(headers, family, taken))
  const credits = parseCredits(headers)
  const reading = withoutUndefined({
    ...taken,
    windows,
    ...parseReached(headers, activeLimit),
    plan: toPlainWord(headers.get('x-codex-plan-type')),
    credits,
  })
  const fullUntilMs = canPay(credits) ? undefined : findFullUntil(windows, activeLimit)
  return {reading, activeLimit, ...(fullUntilMs !== undefined && {fullUntilMs})}
}

function findActiveLimit(headers: AnswerHeaders, families: readonly string[]): LimitName {
  const family = toText(headers.get('x-codex-active-limit'))?.replaceAll('_', '-')
  const isKnown = family !== undefined && families.includes(family)
  return isKnown ? toLimitName(headers, family) : NOTHING.activeLimit
}

function findFullUntil(windows: readonly UsageWindow[], {limit}: LimitName): number | undefined {
  const full = windows.filter((window) => window.limit === limit && window.usedPercent >= 100)
  const endsMs = full.flatMap((window) => toWindowEndMs(window) ?? [])
  return endsMs.length === 0 ? undefined : Math.max(...endsMs)
}

function findFamilies(headers: AnswerHeaders): readonly string[] {
  const families = new Set<string>()
  for (const name of headers.keys()) {
    const [, family] = name.endsWith('-used-percent') ? (FAMILY.exec(name) ?? []) : []
    if (family !== undefined) families.add(family)
  }
  return [...families].slice(0, MAX_FAMILIES)
}

function parseFamily(headers: AnswerHeaders, family: string, taken: Taken): readonly UsageWindow[] {
  const name = toLimitName(headers, family)
  return ['primary', 'secondary'].flatMap((place) => {
    const read = (field: string) => headers.get(`x-${family}-${place}-${field}`)
    return readUsageWindow(
      {
        usedPercent: read('used-percent'),
        minutes: read('window-minutes'),
        resetAt: read('reset-at'),
        resetAfterSeconds: read('reset-after-seconds'),
      },
      name,
      taken,
    )
  })
}

function toLimitName(headers: AnswerHeaders, family: string): LimitName {
  if (family === CODEX_LIMIT) return {limit: CODEX_LIMIT}
  const limitId = family.replaceAll('-', '_')
  return {limit: toText(headers.get(`x-${family}-limit-name`)) ?? limitId, limitId}
}

/** Without a type, an answer that has these headers says that requests are accepted. */
function parseReached(headers: AnswerHeaders, {limit}: LimitName): Partial<UsageReading> {
  // The type is about the limit that the request counted against.
  if (limit !== CODEX_LIMIT) return {}
  const reachedType = toText(headers.get('x-codex-rate-limit-reached-type'))
  if (reachedType !== undefined) return {limitReached: true, reachedType}
  return headers.has('x-codex-primary-used-percent') ? {limitReached: false} : {}
}

function parseCredits(headers: AnswerHeaders): UsageCredits | undefined {
  const hasCredits = toTruth(headers.get('x-codex-credits-has-credits'))
  const unlimited = toTruth(headers.get('x-codex-credits-unlimited'))
  if (hasCredits === undefined && unlimited === undefined) return undefined
  const balance = toAmount(headers.get('x-codex-credits-balance'))
  const isOverageReached = toTruth(headers.get('x-codex-credits-overage-limit-reached'))
  return withoutUndefined({
    hasCredits: hasCredits ?? false,
    unlimited: unlimited ?? false,
    balance,
    isOverageReached,
  })
}
