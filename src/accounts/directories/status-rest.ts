/**
 * Rests, as the status file says them.
 *
 * @module
 */
import {isTakenBack, type Rest} from '../rests/rest.ts'
import type {Usage} from '../usage/usage.ts'
import type {AccountStatus, AccountStatusChange} from './account-status.ts'

/** What a rest is written down with. */
const LIMITED = 'usage_limit_reached'

/** What is written down with a login that was refused. */
const REFUSED = 'auth_failed'

/** The rest that the file speaks of, whether it has passed or not; `undefined` when it speaks of none. */
export function toStatusRest(status: AccountStatus): Rest | undefined {
  const {consecutiveFailures = 1, cooldownUntilMs, lastError} = status
  const {lastAttemptAtMs = 0, lastQuotaAtMs = 0} = status
  if (cooldownUntilMs === undefined) return undefined
  const isRefused = lastError === REFUSED
  return {
    reason: isRefused ? 'rejected' : 'usage_limit',
    untilMs: cooldownUntilMs,
    source: 'file',
    learnedAtMs: isRefused ? lastAttemptAtMs : lastQuotaAtMs,
    refusals: Math.max(1, consecutiveFailures),
  }
}

/** Writes a rest that began now, or that there is none any more. Nothing changes where the file says so already. */
export function toRestChange(
  status: AccountStatus,
  rest: Rest | undefined,
  nowMs: number,
): AccountStatusChange {
  const {consecutiveFailures = 0, cooldownUntilMs, lastError} = status
  if (cooldownUntilMs === rest?.untilMs) return {}
  if (!rest) {
    const isOfRest = lastError === LIMITED || lastError === REFUSED
    return {cooldownUntilMs: null, ...(isOfRest && {lastError: null, consecutiveFailures: null})}
  }
  return {
    lastQuotaAtMs: nowMs,
    cooldownUntilMs: rest.untilMs,
    consecutiveFailures: consecutiveFailures + 1,
    lastError: LIMITED,
  }
}

/**
 * Ends a rest that the usage takes back. The failures stay: should the account be refused again, that is believed for
 * longer.
 */
export function toEndedRestChange(
  status: AccountStatus,
  usage: Usage | undefined,
): AccountStatusChange {
  const {cooldownUntilMs, lastError} = status
  if (cooldownUntilMs === undefined || !isOver(status, usage)) return {}
  return {cooldownUntilMs: null, ...(lastError === LIMITED && {lastError: null})}
}

/** The status as it is to be shown: without a rest that the usage takes back. */
export function withoutEndedRest(status: AccountStatus, usage: Usage | undefined): AccountStatus {
  if (!isOver(status, usage)) return status
  const {cooldownUntilMs: _, lastError, ...others} = status
  return {...others, ...(lastError !== undefined && lastError !== LIMITED && {lastError})}
}

/** Also where the file does not say until when. */
function isOver(status: AccountStatus, usage: Usage | undefined): boolean {
  const rest = toStatusRest({cooldownUntilMs: 0, ...status})
  return rest !== undefined && isTakenBack(rest, usage)
}
