/**
 * How much of its limits an account has used.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/backend-client/src/client.rs}
 */
import * as z from 'zod/mini'

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

const windowSchema = z.object({
  used_percent: z.number(),
  limit_window_seconds: z.number(),
  reset_at: z.optional(z.number()),
  reset_after_seconds: z.optional(z.number()),
})

const limitSchema = z.object({
  limit_reached: z.optional(z.nullable(z.boolean())),
  primary_window: z.optional(z.nullable(windowSchema)),
  secondary_window: z.optional(z.nullable(windowSchema)),
})

const usageSchema = z.object({
  rate_limit: z.optional(z.nullable(limitSchema)),
  additional_rate_limits: z.optional(
    z.nullable(
      z.array(z.object({limit_name: z.string(), rate_limit: z.optional(z.nullable(limitSchema))})),
    ),
  ),
})

/**
 * Reads the answer of `GET /wham/usage`.
 *
 * @returns `undefined` when it is not such an answer; that says nothing about the account.
 */
export function parseUsage(body: unknown, takenAtMs: number): Usage | undefined {
  const parsed = usageSchema.safeParse(body)
  if (!parsed.success) return undefined
  const {rate_limit: limit, additional_rate_limits: additional} = parsed.data
  const windows = [
    ...toWindows('codex', limit, takenAtMs),
    ...(additional ?? []).flatMap((other) =>
      toWindows(other.limit_name, other.rate_limit, takenAtMs),
    ),
  ]
  return {windows, limitReached: limit?.limit_reached ?? false, takenAtMs}
}

function toWindows(
  name: string,
  limit: z.infer<typeof limitSchema> | null | undefined,
  takenAtMs: number,
): UsageWindow[] {
  return [limit?.primary_window, limit?.secondary_window].flatMap((window) => {
    if (!window || window.limit_window_seconds <= 0) return []
    return {
      name: `${name} (${toWindowLabel(window.limit_window_seconds)})`,
      usedPercent: Math.min(100, Math.max(0, window.used_percent)),
      // Relative to our clock where the backend says so, in case the two do not agree.
      resetsAtMs:
        window.reset_after_seconds === undefined
          ? (window.reset_at ?? 0) * 1000
          : takenAtMs + window.reset_after_seconds * 1000,
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
