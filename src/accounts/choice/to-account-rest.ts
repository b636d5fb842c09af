/**
 * Which failures concern the account alone, so that another one may answer.
 *
 * @module
 */
import {BackendResponseError, UsageLimitReachedError, type BackendRefusal} from '../../errors.ts'
import {LONG_REST_MS, REJECTED_REST_MS, type Rest, type RestReason} from '../rests/rest.ts'
import {DEFAULT_REST_MS} from '../usage/merge-usage.ts'
import {toFullUntilMs, type Usage} from '../usage/usage.ts'
import {findRefusalKind, toRefusalKind, type RefusalKind} from '../refusal-kind.ts'

/** The longest pause that a request waits for, in milliseconds. What takes longer, another account or a user decides. */
export const LONGEST_PAUSE_MS = 20_000

/** Kinds that concern the account alone. */
const REASONS: ReadonlyMap<RefusalKind | undefined, RestReason> = new Map([
  ['deactivated', 'deactivated'],
  ['login', 'rejected'],
  ['no_credits', 'no_credits'],
  ['not_included', 'not_included'],
])

/** Why an account rests that has failed, and until when (milliseconds since the Unix epoch). */
export type FailureRest = Pick<Rest, 'reason' | 'untilMs'>

/** What is known when an attempt fails. */
export interface RestFacts {
  readonly nowMs: number
  /** Of the account, as it is now. */
  readonly usage?: Usage | undefined
  /** How long it rests at a limit that does not say until when, in milliseconds. Default: half an hour. */
  readonly unknownRestMs?: number | undefined
}

/**
 * Why and for how long the account of a failed attempt rests; `undefined` when the failure would meet
 * every account: a lost connection, an overload, a request that is refused.
 */
export function toAccountRest(error: unknown, facts: RestFacts): FailureRest | undefined {
  if (isModelLimit(error)) return undefined
  if (error instanceof UsageLimitReachedError) return toLimitRest(error, facts)
  return error instanceof BackendResponseError
    ? toRefusalRest(error.refusal, facts.nowMs)
    : undefined
}

function toLimitRest(
  {areCreditsDepleted, resetsAtMs = 0}: UsageLimitReachedError,
  {nowMs, unknownRestMs = DEFAULT_REST_MS, usage}: RestFacts,
): FailureRest {
  const [reason, restMs, fullUntilMs = 0] = areCreditsDepleted
    ? (['no_credits', LONG_REST_MS] as const)
    : // A window that is full keeps the account from answering, whatever resets before it.
      (['usage_limit', unknownRestMs, toFullUntilMs(usage)] as const)
  const untilMs = Math.max(resetsAtMs, fullUntilMs)
  // A reset that has passed already is one by another clock than ours.
  return {reason, untilMs: untilMs > nowMs ? untilMs : nowMs + restMs}
}

function toRefusalRest(refusal: BackendRefusal, nowMs: number): FailureRest | undefined {
  const {code, retryAfterMs = 0, type} = refusal
  const kind = toRefusalKind(refusal)
  if (kind === 'rate_limit') {
    if (retryAfterMs <= LONGEST_PAUSE_MS) return undefined
    return {reason: 'rate_limit', untilMs: nowMs + retryAfterMs}
  }
  const reason = REASONS.get(kind)
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
