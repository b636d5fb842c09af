/**
 * Writing down what a run came to.
 *
 * @module
 */
import type {AccountStatus, AccountStatusChange} from '../../accounts/directories/account-status.ts'

/** The run has begun. */
export function toBegun(nowMs: number): AccountStatusChange {
  return {lastAttemptAtMs: nowMs}
}

/** The run came to a good end. */
export function toSucceeded(nowMs: number): AccountStatusChange {
  return {
    lastSuccessAtMs: nowMs,
    consecutiveFailures: 0,
    cooldownUntilMs: null,
    lastError: null,
  }
}

/** The run failed. */
export function toFailed(
  {consecutiveFailures = 0}: AccountStatus,
  exitCode: number,
): AccountStatusChange {
  return {consecutiveFailures: consecutiveFailures + 1, lastError: `exit_code_${exitCode}`}
}

/**
 * The account is out of quota.
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
