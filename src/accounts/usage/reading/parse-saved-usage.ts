/**
 * Usage that was saved, perhaps by another version.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toList, toNumber, toText} from '../../../base/json-object.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import type {
  LimitReached,
  SpendControl,
  Usage,
  UsageCredits,
  UsageSource,
  UsageWindow,
} from '../usage.ts'

const SOURCES: readonly UsageSource[] = ['event', 'headers', 'refusal', 'usage']

/** The last moment that a date can name (milliseconds since the Unix epoch). */
const MAX_MS = 8.64e15

/** @returns `undefined` when it is not a usage. What of it cannot be read is left out. */
export function parseSavedUsage(value: unknown): Usage | undefined {
  const saved = toJsonObject(value)
  const takenAtMs = toTime(saved['takenAtMs'])
  if (takenAtMs === undefined || !Array.isArray(saved['windows'])) return undefined
  return withoutUndefined({
    windows: toList(saved['windows']).flatMap(parseWindow),
    takenAtMs,
    checkedAtMs: toTime(saved['checkedAtMs']),
    checkedByUserAtMs: toTime(saved['checkedByUserAtMs']),
    credits: parseCredits(saved['credits']),
    limitReached: parseReached(saved['limitReached']),
    plan: toText(saved['plan']),
    resetCredits: toNumber(saved['resetCredits']),
    spendControl: parseSpendControl(saved['spendControl']),
  })
}

function parseWindow(value: unknown): readonly UsageWindow[] {
  const saved = toJsonObject(value)
  const limit = toText(saved['limit'])
  const windowSeconds = toNumber(saved['windowSeconds'])
  const usedPercent = toNumber(saved['usedPercent'])
  const taken = parseTaken(saved)
  if (limit === undefined || windowSeconds === undefined || usedPercent === undefined) return []
  if (!taken || windowSeconds < 0 || usedPercent < 0 || usedPercent > 100) return []
  const limitId = toText(saved['limitId'])
  const resetsAtMs = toTime(saved['resetsAtMs'])
  return [withoutUndefined({limit, limitId, windowSeconds, usedPercent, resetsAtMs, ...taken})]
}

function parseReached(value: unknown): LimitReached | undefined {
  const saved = toJsonObject(value)
  const untilMs = toTime(saved['untilMs'])
  const taken = parseTaken(saved)
  if (untilMs === undefined || !taken) return undefined
  return withoutUndefined({type: toText(saved['type']), untilMs, ...taken})
}

function parseTaken(saved: Readonly<Record<string, unknown>>) {
  const takenAtMs = toTime(saved['takenAtMs'])
  const source = SOURCES.find((known) => known === saved['source'])
  return takenAtMs === undefined || !source ? undefined : {takenAtMs, source}
}

function parseCredits(value: unknown): UsageCredits | undefined {
  if (!isJsonObject(value)) return undefined
  return withoutUndefined({
    hasCredits: value['hasCredits'] === true,
    unlimited: value['unlimited'] === true,
    balance: toNumber(value['balance']),
    isOverageReached: value['isOverageReached'] === true || undefined,
  })
}

function parseSpendControl(value: unknown): SpendControl | undefined {
  if (!isJsonObject(value)) return undefined
  return withoutUndefined({
    reached: value['reached'] === true,
    usedPercent: toNumber(value['usedPercent']),
    resetsAtMs: toTime(value['resetsAtMs']),
  })
}

function toTime(value: unknown): number | undefined {
  const time = toNumber(value)
  return time !== undefined && Math.abs(time) <= MAX_MS ? time : undefined
}
