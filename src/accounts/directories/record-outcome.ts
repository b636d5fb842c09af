/**
 * Writing down what a run came to.
 *
 * @module
 */
import type {AccountStatus, AccountStatusChange} from './account-status.ts'
import {LONG_REST_MS, REJECTED_REST_MS} from '../rests/rest.ts'
import {toTokenHash} from '../tokens/token-hash.ts'
import type {DeadLogin} from './codex/dead-login.ts'

/** What to record when a run begins. */
export function toBegun(nowMs: number): AccountStatusChange {
  return {lastAttemptAtMs: nowMs}
}

/** What to record of a run that ended well: nothing is wrong with the account any more. */
export function toSucceeded(nowMs: number): AccountStatusChange {
  return {
    lastSuccessAtMs: nowMs,
    consecutiveFailures: 0,
    cooldownUntilMs: null,
    lastError: null,
    // It has just worked.
    loginRequired: null,
  }
}

/** What to record of a run that failed, for a reason that is not the account's. */
export function toFailed(
  {consecutiveFailures = 0}: AccountStatus,
  exitCode: number,
): AccountStatusChange {
  return {consecutiveFailures: consecutiveFailures + 1, lastError: `exit_code_${exitCode}`}
}

/**
 * What to record where the account is out of quota.
 *
 * @param options.untilMs When it is back, if that is known.
 */
export function toExhausted(
  {consecutiveFailures = 0}: AccountStatus,
  {nowMs, untilMs}: {readonly nowMs: number; readonly untilMs: number | undefined},
): AccountStatusChange {
  return {
    lastQuotaAtMs: nowMs,
    consecutiveFailures: consecutiveFailures + 1,
    lastError: 'usage_limit_reached',
    ...(untilMs !== undefined && {cooldownUntilMs: untilMs}),
  }
}

/**
 * What to record where the login of the account no longer works.
 *
 * @param options.refreshToken The one that was refused; `undefined` where another one is stored by now.
 */
export function toRefused(
  {consecutiveFailures = 0}: AccountStatus,
  {
    reason,
    refreshToken,
    nowMs,
  }: {
    readonly reason: DeadLogin
    readonly refreshToken: string | undefined
    readonly nowMs: number
  },
): AccountStatusChange {
  const failure = {consecutiveFailures: consecutiveFailures + 1, lastError: 'auth_failed'}
  if (reason === 'deactivated' || reason === 'rejected' || reason === 'unreadable') {
    // As in the editors, it is looked at again later: no new login may be needed.
    const restMs = reason === 'deactivated' ? LONG_REST_MS : REJECTED_REST_MS
    return {...failure, cooldownUntilMs: nowMs + restMs}
  }
  if (refreshToken === undefined) return failure
  const refreshTokenHash = toTokenHash(refreshToken)
  return {...failure, loginRequired: {reason, sinceMs: nowMs, refreshTokenHash}}
}
