/**
 * Usage that was saved, perhaps by another version.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toList, toNumber, toText} from '../http/json-object.ts'
import type {
  LimitReached,
  SpendControl,
  Usage,
  UsageCredits,
  UsageSource,
  UsageWindow,
} from './usage.ts'

const SOURCES: readonly UsageSource[] = ['event', 'headers', 'refusal', 'usage']

/** The last moment that a date can name (milliseconds since the Unix epoch). */
const MAX_MS = 8.64e15

/** @returns `undefined` when it is not a usage. What of it cannot be read is left out. */
export function parseSavedUsage(value: unknown): Usage | undefined {
  const saved = toJsonObject(value)
  const takenAtMs = toTime(saved['takenAtMs'])
  if (takenAtMs === undefined || !Array.isArray(saved['windows'])) return undefined
  const credits = parseCredits(saved['credits'])
  const limitReached = parseReached(saved['limitReached'])
  const plan = toText(saved['plan'])
  const resetCredits = toNumber(saved['resetCredits'])
  const spendControl = parseSpendControl(saved['spendControl'])
  return {
    windows: toList(saved['windows']).flatMap(parseWindow),
    takenAtMs,
    ...(credits && {credits}),
    ...(limitReached && {limitReached}),
    ...(plan !== undefined && {plan}),
    ...(resetCredits !== undefined && {resetCredits}),
    ...(spendControl && {spendControl}),
  }
}

function parseWindow(value: unknown): readonly UsageWindow[] {
  const saved = toJsonObject(value)
  const limit = toText(saved['limit'])
  const limitId = toText(saved['limitId'])
  const windowSeconds = toNumber(saved['windowSeconds'])
  const usedPercent = toNumber(saved['usedPercent'])
  const resetsAtMs = toTime(saved['resetsAtMs'])
  const taken = parseTaken(saved)
  if (limit === undefined || windowSeconds === undefined || usedPercent === undefined) return []
  if (!taken || windowSeconds < 0 || usedPercent < 0 || usedPercent > 100) return []
  return [
    {
      limit,
      ...(limitId !== undefined && {limitId}),
      windowSeconds,
      usedPercent,
      ...(resetsAtMs !== undefined && {resetsAtMs}),
      ...taken,
    },
  ]
}

function parseReached(value: unknown): LimitReached | undefined {
  const saved = toJsonObject(value)
  const type = toText(saved['type'])
  const untilMs = toTime(saved['untilMs'])
  const taken = parseTaken(saved)
  if (untilMs === undefined || !taken) return undefined
  return {...(type !== undefined && {type}), untilMs, ...taken}
}

function parseTaken(saved: Readonly<Record<string, unknown>>) {
  const takenAtMs = toTime(saved['takenAtMs'])
  const source = SOURCES.find((known) => known === saved['source'])
  return takenAtMs === undefined || !source ? undefined : {takenAtMs, source}
}

function parseCredits(value: unknown): UsageCredits | undefined {
  if (!isJsonObject(value)) return undefined
  const balance = toNumber(value['balance'])
  return {
    hasCredits: value['hasCredits'] === true,
    unlimited: value['unlimited'] === true,
    ...(balance !== undefined && {balance}),
  }
}

function parseSpendControl(value: unknown): SpendControl | undefined {
  if (!isJsonObject(value)) return undefined
  const usedPercent = toNumber(value['usedPercent'])
  const resetsAtMs = toTime(value['resetsAtMs'])
  return {
    reached: value['reached'] === true,
    ...(usedPercent !== undefined && {usedPercent}),
    ...(resetsAtMs !== undefined && {resetsAtMs}),
  }
}

function toTime(value: unknown): number | undefined {
  const time = toNumber(value)
  return time !== undefined && Math.abs(time) <= MAX_MS ? time : undefined
}
