/**
 * Until when an account has no quota, by the status file and by what its usage says since.
 *
 * @module
 */
import {isTakenBack} from '../usage/account-headroom.ts'
import type {Usage} from '../usage/usage.ts'
import type {AccountStatus, AccountStatusChange} from './account-status.ts'

/** What a rest is written down with. */
const LIMITED = 'usage_limit_reached'

/** Whether the usage, asked for since, takes back that the account has no quota. */
export function isOver(
  {consecutiveFailures = 1, lastQuotaAtMs: learnedAtMs = 0}: AccountStatus,
  usage: Usage | undefined,
): boolean {
  return isTakenBack({learnedAtMs, refusals: Math.max(1, consecutiveFailures)}, usage)
}

/** The status without a rest that the usage takes back. */
export function withoutOver(status: AccountStatus, usage: Usage | undefined): AccountStatus {
  if (!isOver(status, usage)) return status
  const {cooldownUntilMs: _, lastError, ...rest} = status
  return {...rest, ...(lastError !== undefined && lastError !== LIMITED && {lastError})}
}

/** Ends the rest that the usage takes back. The failures stay: should it be refused again, that is believed for longer. */
export function toEnded(status: AccountStatus, usage: Usage | undefined): AccountStatusChange {
  if (status.cooldownUntilMs === undefined || !isOver(status, usage)) return {}
  return {cooldownUntilMs: null, ...(status.lastError === LIMITED && {lastError: null})}
}
