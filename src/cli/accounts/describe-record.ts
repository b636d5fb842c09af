/**
 * What is known about an account, in words that several commands use.
 *
 * @module
 */
import {canPay, CODEX_LIMIT, toWindowLabel} from '../../accounts/usage/usage.ts'
import type {AccountRecord, UsageRecord, WindowRecord} from './account-record.ts'
import type {LoginState} from './credentials.ts'
import {toRelative} from './duration.ts'

/** Reasons whose code is not plain English. */
const REASONS: Readonly<Record<string, string>> = {
  not_connected: 'there is none',
  other_account: 'the server answered with the login of another account',
}

/** Why a login has ended, for brackets after a sentence that says so. */
export function describeReason(reason: string): string {
  return REASONS[reason] ?? reason
}

/** Why only a new login helps, and who has the newer tokens. */
export function describeLoginRequired({loginRequired, name}: AccountRecord, nowMs: number): string {
  if (!loginRequired) return ''
  const {reason, rotatedBy, rotatedAtMs} = loginRequired
  const when = rotatedAtMs === null ? '' : ` ${toRelative(rotatedAtMs, nowMs)}`
  const who = rotatedBy === null ? '' : `; ${rotatedBy} refreshed it${when}`
  if (reason === 'lost') {
    return `the login has ended: the answer to a refresh${when} was lost on its way. Run \`cao add ${name}\`.`
  }
  return `the login has ended (${describeReason(reason)})${who}. Run \`cao add ${name}\`.`
}

/** What credits there are; `undefined` when there are none. */
export function describeCredits({credits, spendControl}: UsageRecord): string | undefined {
  if (!credits || !(credits.unlimited || credits.hasCredits)) return undefined
  const amount = credits.unlimited ? 'unlimited' : String(credits.balance ?? 'some')
  return canPay(credits, spendControl ?? undefined) ? amount : `${amount}, not usable now`
}

/** Whether there is a login, in the words of `cao list`. */
export function toLogin({loggedIn, loginRejected, loginRequired}: AccountRecord): LoginState {
  if (loginRequired || loginRejected) return 'login-needed'
  return loggedIn ? 'logged-in' : 'not-logged-in'
}

/** When the access token expires. */
export function toExpiry({tokenExpiresAtMs}: AccountRecord, nowMs: number): string {
  if (tokenExpiresAtMs === null) return 'unknown'
  return tokenExpiresAtMs <= nowMs ? 'expired' : toRelative(tokenExpiresAtMs, nowMs)
}

/** How long the account still rests: as it was noted, or because a window is full and nothing pays. */
export function toCooldown({cooldownUntilMs, usage}: AccountRecord, nowMs: number): string {
  const full = usage?.limitReached === true ? usage.windows.filter(isSpent) : []
  const untilMs = Math.max(cooldownUntilMs ?? 0, ...full.map(({resetsAtMs}) => resetsAtMs ?? 0))
  return untilMs <= nowMs ? 'none' : toRelative(untilMs, nowMs)
}

/** How old the numbers are, in milliseconds, before it is worth saying. */
const FRESH_MS = 60_000

/** How old the numbers are, for example `3h ago`; `undefined` when they are those of this minute. */
export function toAge({takenAtMs}: UsageRecord, nowMs: number): string | undefined {
  if (takenAtMs !== null && nowMs - takenAtMs < FRESH_MS) return undefined
  return takenAtMs === null ? 'an unknown time' : toRelative(takenAtMs, nowMs)
}

function isSpent(window: WindowRecord): boolean {
  return isGeneral(window) && window.usedPercent >= 100
}

/** When the account was out of quota last. */
export function toLastQuota({lastQuotaAtMs}: AccountRecord, nowMs: number): string {
  return lastQuotaAtMs === null ? 'none' : toRelative(lastQuotaAtMs, nowMs)
}

/** For example `88% of 5 h`. */
export function toLeft({limit, leftPercent, windowSeconds}: WindowRecord): string {
  const whose = limit === CODEX_LIMIT ? '' : ` (${limit})`
  return `${Math.round(leftPercent)}% of ${toWindowLabel(windowSeconds)}${whose}`
}

/** Whether the window counts for every model. */
export function isGeneral({limit}: WindowRecord): boolean {
  return limit === CODEX_LIMIT
}
