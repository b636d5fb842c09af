/**
 * Which failures concern the account alone, so that another one may answer.
 *
 * @module
 */
import {BackendResponseError, UsageLimitReachedError} from '../errors.ts'
import type {AccountRest, RestReason} from './account-limits.ts'
import {toFullUntilMs, type Usage} from './usage.ts'
import {findRefusalKind, toRefusalKind, type RefusalKind} from './refusal-kind.ts'

/** The longest pause that a request waits for, in milliseconds. What takes longer, another account or a user decides. */
export const LONGEST_PAUSE_MS = 20_000

/** How long an account rests when the backend named no reset to come, in milliseconds. */
const DEFAULT_REST_MS = 30 * 60_000

/** How long one rests whose new token was rejected, in milliseconds. */
const REJECTED_REST_MS = 10 * 60_000

/** How long one rests that only its owner can help, in milliseconds. */
const LONG_REST_MS = 24 * 3_600_000

/** Kinds that concern the account alone. */
const REASONS: ReadonlyMap<RefusalKind | undefined, RestReason> = new Map([
  ['deactivated', 'deactivated'],
  ['login', 'rejected'],
  ['no_credits', 'no_credits'],
  ['not_included', 'not_included'],
])

/** What is known when an attempt fails. */
export interface RestFacts {
  readonly nowMs: number
  /** Of the account, as it is now. */
  readonly usage?: Usage | undefined
}

/**
 * Why and for how long the account of a failed attempt rests; `undefined` when the failure would meet
 * every account: a lost connection, an overload, a request that is refused.
 */
export function toAccountRest(error: unknown, {nowMs, usage}: RestFacts): AccountRest | undefined {
  if (isModelLimit(error)) return undefined
  if (error instanceof UsageLimitReachedError) {
    const {areCreditsDepleted, resetsAtMs = 0} = error
    const [reason, restMs] = areCreditsDepleted
      ? (['no_credits', LONG_REST_MS] as const)
      : (['usage_limit', DEFAULT_REST_MS] as const)
    // A window that is full keeps the account from answering, whatever resets before it.
    const fullUntilMs = (areCreditsDepleted ? undefined : toFullUntilMs(usage)) ?? 0
    const untilMs = Math.max(resetsAtMs, fullUntilMs)
    // A reset that has passed already is one by another clock than ours.
    return {reason, untilMs: untilMs > nowMs ? untilMs : nowMs + restMs}
  }
  if (!(error instanceof BackendResponseError)) return undefined
  const {code, retryAfterMs = 0, type} = error.refusal
  if (toRefusalKind(error.refusal) === 'rate_limit' && retryAfterMs > LONGEST_PAUSE_MS) {
    return {reason: 'rate_limit', untilMs: nowMs + retryAfterMs}
  }
  const reason = REASONS.get(toRefusalKind(error.refusal))
  // By then, its token was renewed once and rejected again.
  if (reason === 'rejected') return {reason, untilMs: nowMs + REJECTED_REST_MS}
  // Payment Required, for a reason we do not know yet.
  const isKnown = findRefusalKind(code, type) !== undefined
  return reason && {reason, untilMs: nowMs + (isKnown ? LONG_REST_MS : DEFAULT_REST_MS)}
}

/** Whether a limit of single models is reached; for others, the account still answers. */
export function isModelLimit(error: unknown): boolean {
  return error instanceof UsageLimitReachedError && error.limit !== undefined
}

/** Whether the account may not use the model, while another one may. */
export function isModelRefusal(error: unknown): boolean {
  return error instanceof BackendResponseError && toRefusalKind(error.refusal) === 'model'
}
