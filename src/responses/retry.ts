/**
 * Asking again when it may help. Only while nothing of an answer has been seen: afterwards a second
 * try could do twice what the first one did.
 *
 * @module
 */
import {toRefusalKind} from '../accounts/refusal-kind.ts'
import {LONGEST_PAUSE_MS} from '../accounts/choice/to-account-rest.ts'
import {BackendResponseError, EventInvalidError, NetworkError} from '../errors.ts'
import type {Clock} from '../base/clock.ts'
import type {Log} from '../base/log.ts'

/** Tries after the first one. */
const MAX_RETRIES = 4

/** First pause, in milliseconds; each further one is twice as long. As the official client does it. */
const FIRST_PAUSE_MS = 200

/** After this long, in milliseconds, there are no new tries. */
const MAX_TOTAL_MS = 60_000

/** How often to ask again, and after which pauses. */
export interface RetryPolicy {
  /** Tries after the first one. */
  readonly maxRetries: number
  /** First pause, in milliseconds; each further one is twice as long. */
  readonly firstPauseMs: number
  /** Longest pause, in milliseconds, unless the server asks for a longer one. */
  readonly longestPauseMs: number
  /** The most that is added to a pause at random, in milliseconds. */
  readonly jitterMs: number
}

/** Options of {@link withRetries}. */
export interface RetryOptions {
  /** Default: as the official client does it. */
  readonly retryPolicy?: RetryPolicy | undefined
  readonly now: Clock
  /** Waits; rejects with `signal.reason` when aborted. */
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** From 0 to 1: how pauses of many clients are spread. */
  readonly random: () => number
  readonly log: Log
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs `attempt` until it succeeds, fails for good, or has had its time.
 *
 * @throws What the last attempt threw.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  options: RetryOptions,
): Promise<Result> {
  const endMs = options.now() + MAX_TOTAL_MS
  for (let retries = 0; ; retries += 1) {
    try {
      return await attempt()
    } catch (error) {
      const pauseMs = toPause(error, retries, options)
      if (pauseMs === undefined || options.now() + pauseMs > endMs) throw error
      options.log.info('Asking again', {retry: retries + 1, pauseMs: Math.round(pauseMs)})
      await options.delay(pauseMs, options.signal)
    }
  }
}

/** How long to wait before the next try; `undefined` when there should be none. */
function toPause(
  error: unknown,
  retries: number,
  {random, retryPolicy}: RetryOptions,
): number | undefined {
  if (retries >= (retryPolicy?.maxRetries ?? MAX_RETRIES) || !mayPass(error)) return undefined
  const asked = error instanceof BackendResponseError ? error.refusal.retryAfterMs : undefined
  if (asked !== undefined && asked > LONGEST_PAUSE_MS) return undefined
  const pauseMs = (retryPolicy?.firstPauseMs ?? FIRST_PAUSE_MS) * 2 ** retries
  // A pause is due whatever the server says: one that says zero would be asked without a pause.
  if (asked !== undefined) return Math.max(asked, pauseMs)
  if (!retryPolicy) return pauseMs * (0.9 + 0.2 * random())
  return Math.min(retryPolicy.longestPauseMs, pauseMs + retryPolicy.jitterMs * random())
}

function mayPass(error: unknown): boolean {
  if (error instanceof BackendResponseError) {
    const kind = toRefusalKind(error.refusal)
    return kind === 'busy' || kind === 'rate_limit'
  }
  if (error instanceof NetworkError) return !error.isUncertain
  return error instanceof EventInvalidError
}
