/**
 * A usage window in the forms that the backend has for it.
 *
 * @module
 */
import {toJsonObject} from '../../../base/json-object.ts'
import {readMoment, readWait} from '../../../http/read-wait.ts'
import {toPlainText} from '../../../base/plain-text.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import type {UsageReading, UsageWindow} from '../usage.ts'

const DAY_SECONDS = 86_400

/** The longest window, and the farthest reset, that is believed, in seconds. */
const MAX_SECONDS = 400 * DAY_SECONDS

/** How exactly a window that has not started is as long as it says, in milliseconds. */
const NOT_STARTED_MS = 60_000

/** The longest name of a limit that is kept, in characters. */
const MAX_NAME_CHARACTERS = 80

/** Whose window it is. */
export interface LimitName {
  readonly limit: string
  readonly limitId?: string | undefined
}

/** A window as the backend says it, whatever that is. */
export interface TextWindow {
  readonly usedPercent: unknown
  /** Its length; or else `minutes`. */
  readonly seconds?: unknown
  readonly minutes?: unknown
  /** Seconds since the Unix epoch. */
  readonly resetAt: unknown
  readonly resetAfterSeconds: unknown
}

/** When and how something was said. */
export type Taken = Pick<UsageReading, 'source' | 'takenAtMs'>

/**
 * Reads a window.
 *
 * @returns Nothing when there is no such window: the backend sends zeros then.
 */
export function readUsageWindow(
  text: TextWindow,
  {limit, limitId}: LimitName,
  taken: Taken,
): readonly UsageWindow[] {
  const usedPercent = toPercent(text.usedPercent)
  if (usedPercent === undefined) return []
  const windowSeconds = toSeconds(text.seconds) ?? toSeconds(toMinutes(text) * 60) ?? 0
  const resetsAtMs = readReset(text, taken.takenAtMs)
  const isToCome = (resetsAtMs ?? 0) > taken.takenAtMs
  if (usedPercent === 0 && windowSeconds === 0 && !isToCome) return []
  const window = {windowSeconds, usedPercent, resetsAtMs}
  return [
    withoutUndefined({
      limit: toName(limit) ?? 'other',
      limitId: toName(limitId),
      ...(hasStarted(window, taken.takenAtMs) ? window : {windowSeconds, usedPercent}),
      takenAtMs: taken.takenAtMs,
      source: taken.source,
    }),
  ]
}

/**
 * Reads the two windows of a limit, from the answer to the question for the usage or from an event.
 *
 * @returns Those that there are.
 */
export function readLimit(limit: unknown, name: LimitName, taken: Taken): readonly UsageWindow[] {
  const places = toJsonObject(limit)
  return ['primary', 'secondary'].flatMap((place) => {
    const window = toJsonObject(places[`${place}_window`] ?? places[place])
    const text = {
      usedPercent: window['used_percent'],
      seconds: window['limit_window_seconds'],
      minutes: window['window_minutes'],
      resetAt: window['reset_at'],
      resetAfterSeconds: window['reset_after_seconds'],
    }
    return readUsageWindow(text, name, taken)
  })
}

/** The length in minutes; 0 where it is not told so. */
export function toMinutes({minutes}: Pick<TextWindow, 'minutes'>): number {
  return toAmount(minutes) ?? 0
}

/** A name is shown in a sentence. */
function toName(text = ''): string | undefined {
  return toPlainText(text, MAX_NAME_CHARACTERS) || undefined
}

interface StartedWindow {
  readonly resetsAtMs?: number | undefined
  readonly usedPercent: number
  readonly windowSeconds: number
}

/** A window that nobody has used yet always ends after its whole length. */
function hasStarted(
  {resetsAtMs = Infinity, usedPercent, windowSeconds}: StartedWindow,
  nowMs: number,
): boolean {
  if (usedPercent !== 0 || !windowSeconds) return true
  return resetsAtMs < nowMs + windowSeconds * 1000 - NOT_STARTED_MS
}

/** A reset; by our clock where the backend says how long it takes, in case the two do not agree. */
export function readReset(
  {resetAfterSeconds, resetAt}: Pick<TextWindow, 'resetAfterSeconds' | 'resetAt'>,
  nowMs: number,
): number | undefined {
  const afterMs = toMs(resetAfterSeconds, nowMs)
  if (afterMs !== undefined) return nowMs + afterMs
  const atMs = readMoment(resetAt)
  return atMs !== undefined && atMs < nowMs + MAX_SECONDS * 1000 ? atMs : undefined
}

/** A number, whether it comes as one or as a text. */
export function toAmount(value: unknown): number | undefined {
  const amount = typeof value === 'string' ? toDecimal(value.trim()) : value
  return typeof amount === 'number' && Number.isFinite(amount) ? amount : undefined
}

/** A part of a whole, 0 to 100. */
export function toPercent(value: unknown): number | undefined {
  const percent = toAmount(value)
  return percent === undefined ? undefined : Math.min(100, Math.max(0, percent))
}

/** `Number` reads more than that as a number, for example an empty text. */
function toDecimal(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined
}

/** A number over the longest is a mistake; what is no number is a wait in words. */
function toMs(value: unknown, nowMs: number): number | undefined {
  if (toAmount(value) !== undefined) return (toSeconds(value) ?? 0) * 1000 || undefined
  return readWait(value, nowMs) || undefined
}

function toSeconds(value: unknown): number | undefined {
  const seconds = toAmount(value)
  return seconds !== undefined && seconds > 0 && seconds <= MAX_SECONDS ? seconds : undefined
}
