/**
 * How much of its limits an account has used.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/backend-client/src/client.rs}
 */
import {
  isJsonObject,
  toJsonObject,
  toList,
  toNumber,
  toText,
  type JsonObject,
} from '../http/json-object.ts'

/** One limit that fills with use and empties at its reset. */
export interface UsageWindow {
  /** For example `codex (5 h)`. Windows are known by their length, whichever place they come in. */
  readonly name: string
  /** 0 to 100. */
  readonly usedPercent: number
  /** Milliseconds since the Unix epoch. */
  readonly resetsAtMs: number
}

/** The limits of one account at one moment. */
export interface Usage {
  readonly windows: readonly UsageWindow[]
  /** Whether the backend refuses requests until a window resets. */
  readonly limitReached: boolean
  /** When the backend said so (milliseconds since the Unix epoch). */
  readonly takenAtMs: number
}

/** Whether the account is out of quota. */
export function isExhausted({limitReached, windows}: Usage): boolean {
  return limitReached || windows.some(({usedPercent}) => usedPercent >= 100)
}

/**
 * Reads the answer of `GET /wham/usage`.
 *
 * @returns `undefined` when it is not such an answer; that says nothing about the account.
 */
export function parseUsage(body: unknown, takenAtMs: number): Usage | undefined {
  if (!isJsonObject(body)) return undefined
  const limit = toJsonObject(body['rate_limit'])
  const additional = toList(body['additional_rate_limits']).map(toJsonObject)
  const windows = [
    ...toWindows('codex', limit, takenAtMs),
    ...additional.flatMap((other) => {
      const name = toText(other['limit_name']) ?? 'other'
      return toWindows(name, toJsonObject(other['rate_limit']), takenAtMs)
    }),
  ]
  return {windows, limitReached: limit['limit_reached'] === true, takenAtMs}
}

function toWindows(name: string, limit: JsonObject, takenAtMs: number): UsageWindow[] {
  return [limit['primary_window'], limit['secondary_window']].flatMap((value) => {
    const window = toJsonObject(value)
    const usedPercent = toNumber(window['used_percent'])
    const seconds = toNumber(window['limit_window_seconds']) ?? 0
    if (usedPercent === undefined || seconds <= 0) return []
    const resetAfterSeconds = toNumber(window['reset_after_seconds'])
    return {
      name: `${name} (${toWindowLabel(seconds)})`,
      usedPercent: Math.min(100, Math.max(0, usedPercent)),
      // Relative to our clock where the backend says so, in case the two do not agree.
      resetsAtMs:
        resetAfterSeconds === undefined
          ? (toNumber(window['reset_at']) ?? 0) * 1000
          : takenAtMs + resetAfterSeconds * 1000,
    }
  })
}

const HOUR_SECONDS = 3600
const DAY_SECONDS = 24 * HOUR_SECONDS

/** What people call a window of this length, for example `5 h`, `weekly` or `monthly`. */
export function toWindowLabel(seconds: number): string {
  if (seconds < DAY_SECONDS) return `${Math.max(1, Math.round(seconds / HOUR_SECONDS))} h`
  const days = Math.round(seconds / DAY_SECONDS)
  if (days === 7) return 'weekly'
  return days >= 28 && days <= 31 ? 'monthly' : `${days} d`
}
