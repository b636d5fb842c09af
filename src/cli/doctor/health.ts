/**
 * What the doctor found, as lines for a terminal or as JSON.
 *
 * @module
 */
import type {AccountRecord} from '../accounts/account-record.ts'
import type {Issue} from '../accounts/assess.ts'
import type {Thresholds} from '../accounts/threshold-options.ts'

/** The result of a check outside the accounts. */
export interface Check {
  readonly name: string
  readonly status: 'error' | 'ok' | 'warn'
  readonly message: string
}

/** Everything that the doctor looked at. */
export interface Health {
  readonly records: readonly AccountRecord[]
  readonly issues: readonly Issue[]
  readonly checks: readonly Check[]
  readonly thresholds: Thresholds
}

/** The findings as `--json` prints them. */
export function toHealthReport(health: Health, nowMs: number) {
  const {checks, issues, thresholds} = health
  return {
    generatedAt: new Date(nowMs).toISOString(),
    thresholds,
    totals: toTotals(health),
    issues,
    checks,
  }
}

/** One line for each finding, under the account that it is about. */
export function toHealthLines(health: Health): string[] {
  const {checks, issues, records, thresholds} = health
  const {ok, warnings, errors} = toTotals(health)
  return [
    'Account health check',
    `Thresholds: expires_within=${thresholds.expiresWithinHours}h, max_failures=${thresholds.maxFailures}`,
    `Totals: ${ok} ok, ${toCount(warnings, 'warning')}, ${toCount(errors, 'error')}`,
    '',
    ...(issues.length === 0
      ? ['All accounts look healthy.']
      : records.flatMap((record) => toAccountLines(record, issues))),
    ...(checks.length === 0 ? [] : ['', `Checks: ${toSummary(checks)}`]),
    ...checks.map(({name, status, message}) => `  [${status}] ${name}: ${message}`),
  ]
}

/** The exit code: 2 for an error, 1 for a warning about an account. What a check only warns of is no failure. */
export function toExitCode({checks, issues}: Pick<Health, 'checks' | 'issues'>): number {
  const isError =
    issues.some(({severity}) => severity === 'error') ||
    checks.some(({status}) => status === 'error')
  return isError ? 2 : Math.min(issues.length, 1)
}

function toSummary(checks: readonly Check[]): string {
  const count = (wanted: Check['status']) => checks.filter(({status}) => status === wanted).length
  return `${count('ok')} ok, ${toCount(count('warn'), 'warning')}, ${toCount(count('error'), 'error')}`
}

function toCount(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

function toAccountLines({isDefault, name}: AccountRecord, all: readonly Issue[]): string[] {
  const issues = all.filter(({account}) => account === name)
  const isError = issues.some(({severity}) => severity === 'error')
  const state = issues.length === 0 ? 'OK' : isError ? 'ERROR' : 'WARN'
  return [
    `${isDefault ? '*' : ' '} ${name}: ${state}`,
    ...issues.map(({severity, code, message}) => `  - [${severity}] ${code}: ${message}`),
  ]
}

function toTotals({issues, records}: Health) {
  const troubled = new Set(issues.map(({account}) => account))
  return {
    accounts: records.length,
    ok: records.filter(({name}) => !troubled.has(name)).length,
    warnings: issues.filter(({severity}) => severity === 'warn').length,
    errors: issues.filter(({severity}) => severity === 'error').length,
  }
}
