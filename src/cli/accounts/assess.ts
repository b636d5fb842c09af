/**
 * What is wrong with the accounts.
 *
 * @module
 */
import type {AccountRecord} from './account-record.ts'
import {toRelative} from './duration.ts'
import {describeLoginRequired, toLogin} from './describe-record.ts'
import type {Thresholds} from './threshold-options.ts'

/** Something that is wrong, or soon will be. */
export interface Issue {
  readonly account: string
  readonly severity: 'error' | 'warn'
  readonly code: string
  readonly message: string
}

const HOUR_MS = 3_600_000

const NO_LOGIN: Readonly<Record<string, string>> = {
  api_key: 'auth.json holds an API key, not the login of a ChatGPT account',
  damaged: 'auth.json is damaged',
  missing: 'No auth.json found for this account',
  other: 'auth.json holds a login of another kind',
  unreadable: 'auth.json cannot be read by this user',
}

/** Finds what is wrong with the accounts, each alone and beside the others. */
export function assessAll(
  records: readonly AccountRecord[],
  thresholds: Thresholds,
  nowMs: number,
): Issue[] {
  return records.flatMap((record, index) => {
    const same = records.slice(0, index).find((other) => isSameAccount(record, other))
    const message = `It is the same ChatGPT account as ${same?.name}, so the two share one quota. Remove one of them.`
    const shared = same ? [toIssue(record, 'warn', 'same_account', message)] : []
    return [...assess(record, thresholds, nowMs), ...shared]
  })
}

function isSameAccount(one: AccountRecord, other: AccountRecord): boolean {
  if (one.accountId === null || one.email === null) return false
  return one.accountId === other.accountId && one.email === other.email
}

/** Finds what is wrong with one account. Without a login, nothing else counts. */
function assess(record: AccountRecord, thresholds: Thresholds, nowMs: number): Issue[] {
  const warn = (code: string, message: string) => toIssue(record, 'warn', code, message)
  const {consecutiveFailures, cooldownUntilMs, lastError, usage} = record
  if (toLogin(record) === 'not-logged-in') return assessLogin(record, nowMs)
  return [
    ...assessLogin(record, nowMs),
    ...record.loginLimits.map((limit) =>
      warn(
        'login_limited',
        `${limit[0]?.toUpperCase()}${limit.slice(1)}. Run \`cao add ${record.name}\`.`,
      ),
    ),
    ...assessToken(record, thresholds, nowMs),
    ...(cooldownUntilMs !== null && cooldownUntilMs > nowMs
      ? [warn('cooldown_active', `Cooldown ends ${toRelative(cooldownUntilMs, nowMs)}.`)]
      : []),
    ...(usage?.limitReached === true ? [warn('limit_reached', 'The usage limit is reached.')] : []),
    ...(consecutiveFailures >= thresholds.maxFailures
      ? [warn('failures_high', `${consecutiveFailures} failures in a row.`)]
      : []),
    ...(lastError === null ? [] : [warn('last_error', `Last error: ${lastError}.`)]),
  ]
}

function assessLogin(record: AccountRecord, nowMs: number): Issue[] {
  const error = (code: string, message: string) => [toIssue(record, 'error', code, message)]
  const advice = `Run \`cao add ${record.name}\`.`
  if (toLogin(record) === 'not-logged-in') {
    const fact = NO_LOGIN[record.loginKind] ?? NO_LOGIN['missing']
    return error('not_logged_in', `${fact}. ${advice}`)
  }
  if (record.loginRequired) return error('login_required', describeLoginRequired(record, nowMs))
  if (!record.loginRejected) return []
  return error('login_rejected', `The server rejects this login. ${advice}`)
}

function assessToken(
  record: AccountRecord,
  {expiresWithinHours}: Thresholds,
  nowMs: number,
): Issue[] {
  const {tokenExpiresAtMs} = record
  if (tokenExpiresAtMs === null) {
    return [
      toIssue(record, 'warn', 'token_unknown', 'The access token does not say when it expires.'),
    ]
  }
  if (tokenExpiresAtMs <= nowMs) {
    const message = `The access token expired ${toRelative(tokenExpiresAtMs, nowMs)}.`
    return record.loginLimits.length > 0
      ? [toIssue(record, 'error', 'token_expired', message)]
      : [toIssue(record, 'warn', 'token_expired', `${message} The next use renews it.`)]
  }
  // The access token of an app never lives longer than an hour.
  const isUsual = record.loginKind === 'chatgpt-app'
  if (isUsual || tokenExpiresAtMs - nowMs > expiresWithinHours * HOUR_MS) return []
  const message = `The access token expires ${toRelative(tokenExpiresAtMs, nowMs)}.`
  return [toIssue(record, 'warn', 'token_expiring_soon', message)]
}

function toIssue(
  {name}: AccountRecord,
  ...[severity, code, message]: [Issue['severity'], string, string]
): Issue {
  return {account: name, severity, code, message}
}
