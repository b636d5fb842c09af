/**
 * The status as lines: one for each account, or one for each fact.
 *
 * @module
 */
import {canPay, CODEX_LIMIT, toWindowLabel} from '../../accounts/usage/usage.ts'
import type {AccountRecord, UsageRecord, WindowRecord} from '../accounts/account-record.ts'
import type {LoginState} from '../accounts/credentials.ts'
import {toRelative} from './duration.ts'

/** One line for each account. */
export function toCompactLines(records: readonly AccountRecord[], nowMs: number): string[] {
  return records.map((record) => {
    const fields = [
      `${record.isDefault ? '*' : ' '} ${record.name} (${toLogin(record)})`,
      `expires: ${toExpiry(record, nowMs)}`,
      `cooldown: ${toCooldown(record, nowMs)}`,
      `last_quota: ${toLastQuota(record, nowMs)}`,
      `failures: ${record.consecutiveFailures}`,
    ]
    // What is left of a login that does not work is of no use to anybody.
    const windows = toLogin(record) === 'logged-in' ? (record.usage?.windows ?? []) : []
    const left = windows.filter(isGeneral).map(toLeft)
    return [
      ...fields,
      ...record.loginLimits,
      ...(left.length > 0 ? [`left: ${left.join(', ')}`] : []),
    ].join(' | ')
  })
}

/** One line for each fact, and a blank line after each account. */
export function toFullLines(records: readonly AccountRecord[], nowMs: number): string[] {
  const time = (timeMs: number | null) =>
    timeMs === null ? '(unknown)' : toMoment(timeMs, toRelative(timeMs, nowMs))
  return records.flatMap((record) => [
    `${record.isDefault ? '*' : ' '} ${record.name}`,
    `  status: ${[toLogin(record), ...record.loginLimits].join(' - ')}`,
    `  account_id: ${record.accountId ?? '(unknown)'}`,
    `  organization_id: ${record.organizationId ?? '(unknown)'}`,
    `  token_expires_at: ${time(record.tokenExpiresAtMs)}`,
    `  last_refresh_at: ${time(record.lastRefreshAtMs)}`,
    `  last_attempt_at: ${time(record.lastAttemptAtMs)}`,
    `  last_success_at: ${time(record.lastSuccessAtMs)}`,
    `  last_quota_at: ${time(record.lastQuotaAtMs)}`,
    `  cooldown_until: ${toCooldownMoment(record.cooldownUntilMs, nowMs)}`,
    `  consecutive_failures: ${record.consecutiveFailures}`,
    `  last_error: ${record.lastError ?? 'none'}`,
    `  account_dir: ${record.accountDir}`,
    `  email: ${record.email ?? '(unknown)'}`,
    `  plan: ${record.plan ?? '(unknown)'}`,
    ...toUsageLines(record, nowMs).map((line) => `  ${line}`),
    '',
  ])
}

/** What is left of each window, credits, and what only the person can change. */
export function toUsageLines(record: AccountRecord, nowMs: number): string[] {
  const {loginRequired, usage, usageError} = record
  const windows = (usage?.windows ?? []).map((window) => {
    const reset =
      window.resetsAtMs === null ? '' : `, resets ${toRelative(window.resetsAtMs, nowMs)}`
    return `left: ${toLeft(window)}${reset}`
  })
  return [
    ...windows,
    ...toLimitLines(record),
    ...toCreditLines(record),
    ...(usage
      ? [`usage_as_of: ${toMoment(usage.takenAtMs, toRelative(usage.takenAtMs ?? 0, nowMs))}`]
      : []),
    ...(usageError === null ? [] : [`usage_error: ${usageError}`]),
    ...(loginRequired ? [`login_required: ${describeLoginRequired(record, nowMs)}`] : []),
  ]
}

/** Why only a new login helps, and who has the newer tokens. */
export function describeLoginRequired({loginRequired, name}: AccountRecord, nowMs: number): string {
  if (!loginRequired) return ''
  const {reason, rotatedBy, rotatedAtMs} = loginRequired
  const when = rotatedAtMs === null ? '' : ` ${toRelative(rotatedAtMs, nowMs)}`
  const who = rotatedBy === null ? '' : `; ${rotatedBy} renewed it${when}`
  if (reason === 'lost') {
    return `the login has ended: the answer to a refresh${when} was lost on its way. Run \`cao add ${name}\`.`
  }
  return `the login has ended (${reason})${who}. Run \`cao add ${name}\`.`
}

function toLimitLines({usage}: AccountRecord): string[] {
  if (usage?.limitReached === true) return ['limit: reached']
  const isFull = usage?.windows.some((window) => isGeneral(window) && window.usedPercent >= 100)
  return isFull === true ? ['limit: reached, credits pay'] : []
}

function toCreditLines({usage}: AccountRecord): string[] {
  if (!usage) return []
  const {resetCredits, spendControl} = usage
  const credits = describeCredits(usage)
  return [
    ...(credits === undefined ? [] : [`credits: ${credits}`]),
    ...(resetCredits ? [`saved_resets: ${resetCredits}`] : []),
    ...(spendControl?.reached === true ? ['spend_limit: reached'] : []),
  ]
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

/** How long the account still rests. */
export function toCooldown({cooldownUntilMs}: AccountRecord, nowMs: number): string {
  if (cooldownUntilMs === null || cooldownUntilMs <= nowMs) return 'none'
  return toRelative(cooldownUntilMs, nowMs)
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

function toCooldownMoment(timeMs: number | null, nowMs: number): string {
  if (timeMs === null) return 'none'
  return toMoment(timeMs, timeMs <= nowMs ? 'elapsed' : toRelative(timeMs, nowMs))
}

function toMoment(timeMs: number | null, relative: string): string {
  return `${new Date(timeMs ?? 0).toISOString()} (${relative})`
}
