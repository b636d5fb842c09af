/**
 * The status as lines: one for each account, or one for each fact.
 *
 * @module
 */
import {describeKind} from '../accounts/credentials.ts'
import type {AccountRecord} from '../accounts/account-record.ts'
import {
  describeCredits,
  describeLoginRequired,
  isGeneral,
  toAge,
  toCooldown,
  toExpiry,
  toLastQuota,
  toLeft,
  toLogin,
} from '../accounts/describe-record.ts'
import {toRelative} from '../accounts/duration.ts'

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
      ...describeKind(isOfApp(record)),
      ...record.loginLimits,
      ...(left.length > 0 ? [`left: ${left.join(', ')}${toAgeNote(record, nowMs)}`] : []),
    ].join(' | ')
  })
}

function isOfApp({loginKind}: AccountRecord): boolean {
  return loginKind === 'chatgpt-app'
}

/** Numbers that may have changed since say how old they are. */
function toAgeNote({usage}: AccountRecord, nowMs: number): string {
  const age = usage ? toAge(usage, nowMs) : undefined
  return age === undefined ? '' : ` (as of ${age})`
}

/** One line for each fact, and a blank line after each account. */
export function toFullLines(records: readonly AccountRecord[], nowMs: number): string[] {
  const time = (timeMs: number | null) =>
    timeMs === null ? '(unknown)' : toMoment(timeMs, toRelative(timeMs, nowMs))
  return records.flatMap((record) => [
    `${record.isDefault ? '*' : ' '} ${record.name}`,
    `  status: ${[toLogin(record), ...describeKind(isOfApp(record)), ...record.loginLimits].join(' - ')}`,
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

/** What is left of each window, credits, and what only the user can change. */
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

function toCooldownMoment(timeMs: number | null, nowMs: number): string {
  if (timeMs === null) return 'none'
  return toMoment(timeMs, timeMs <= nowMs ? 'elapsed' : toRelative(timeMs, nowMs))
}

function toMoment(timeMs: number | null, relative: string): string {
  return `${new Date(timeMs ?? 0).toISOString()} (${relative})`
}
