/**
 * Which failures concern the account alone, so that another one may answer.
 *
 * @module
 */
import {BackendResponseError, UsageLimitReachedError, type BackendRefusal} from '../errors.ts'
import type {AccountRest, RestReason} from './account-limits.ts'

/** How long an account rests when the backend named no reset to come, in milliseconds. */
const DEFAULT_REST_MS = 30 * 60_000

/** How long one rests whose new token was rejected, in milliseconds. */
const REJECTED_REST_MS = 10 * 60_000

/** How long one rests that only its owner can help, in milliseconds. */
const LONG_REST_MS = 24 * 3_600_000

const REASON_BY_CODE: ReadonlyMap<string, RestReason> = new Map([
  ['account_deactivated', 'deactivated'],
  ['account_disabled', 'deactivated'],
  ['deactivated_workspace', 'deactivated'],
  ['insufficient_quota', 'no_credits'],
  ['usage_not_included', 'not_included'],
])

/**
 * Why and for how long the account of a failed attempt rests; `undefined` when the failure would meet
 * every account: a lost connection, an overload, a request that is refused.
 */
export function toAccountRest(error: unknown, nowMs: number): AccountRest | undefined {
  if (isModelLimit(error)) return undefined
  if (error instanceof UsageLimitReachedError) {
    const {areCreditsDepleted, resetsAtMs = 0} = error
    const [reason, restMs] = areCreditsDepleted
      ? (['no_credits', LONG_REST_MS] as const)
      : (['usage_limit', DEFAULT_REST_MS] as const)
    // A reset that has passed already is one by another clock than ours.
    return {reason, untilMs: resetsAtMs > nowMs ? resetsAtMs : nowMs + restMs}
  }
  if (!(error instanceof BackendResponseError)) return undefined
  const reason = findReason(error.refusal)
  if (reason) return {reason, untilMs: nowMs + LONG_REST_MS}
  // Payment Required, for a reason we do not know yet.
  if (error.refusal.status === 402) return {reason: 'no_credits', untilMs: nowMs + DEFAULT_REST_MS}
  // By then, it was renewed once and rejected again.
  if (error.refusal.status !== 401) return undefined
  return {reason: 'rejected', untilMs: nowMs + REJECTED_REST_MS}
}

/** Whether a limit of single models is reached; for others, the account still answers. */
export function isModelLimit(error: unknown): boolean {
  return error instanceof UsageLimitReachedError && error.limit !== undefined
}

function findReason({code = '', type = ''}: BackendRefusal): RestReason | undefined {
  return REASON_BY_CODE.get(code) ?? REASON_BY_CODE.get(type)
}
