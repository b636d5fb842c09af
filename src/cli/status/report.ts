/**
 * A report to post in an issue: it names no person, no account of ChatGPT and no folder of this machine.
 *
 * @module
 */
import type {AccountRecord} from './account-record.ts'
import {toCooldown, toExpiry, toLastQuota, toLeft, toLogin} from './text-views.ts'

/** What a report leaves out. */
export interface ReportOptions {
  readonly nowMs: number
  /** Shown as `~`. */
  readonly userHome: string
}

/** The report as Markdown. */
export function toMarkdown(records: readonly AccountRecord[], {nowMs}: ReportOptions): string[] {
  return [
    '# CAO Account Report',
    '',
    `Generated: ${new Date(nowMs).toISOString()}`,
    '',
    '| Account | Default | Login | Token Expires | Cooldown | Last Quota | Failures |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...records.map((record) =>
      toRow([
        record.name,
        record.isDefault ? 'yes' : 'no',
        toLogin(record),
        toExpiry(record, nowMs),
        toCooldown(record, nowMs),
        toLastQuota(record, nowMs),
        String(record.consecutiveFailures),
      ]),
    ),
    '',
    '| Account | Plan | Left |',
    '| --- | --- | --- |',
    ...records.map(({name, plan, usage}) => {
      const left = (usage?.windows ?? []).map(toLeft).join(', ')
      return toRow([name, plan ?? 'unknown', left === '' ? 'unknown' : left])
    }),
  ]
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

/** The report as JSON. */
export function toReport(records: readonly AccountRecord[], {nowMs, userHome}: ReportOptions) {
  const shorten = (file: string) => file.replace(userHome, '~')
  return {
    generatedAt: new Date(nowMs).toISOString(),
    accounts: records.map((record) => ({
      ...record,
      accountId: toHint(record.accountId),
      organizationId: toHint(record.organizationId),
      email: record.email === null ? null : mask(record.email),
      accountDir: shorten(record.accountDir),
      authFilePath: shorten(record.authFilePath),
      loginRequired: record.loginRequired && {
        ...record.loginRequired,
        rotatedBy: record.loginRequired.rotatedBy && shorten(record.loginRequired.rotatedBy),
      },
    })),
  }
}

function toHint(id: string | null): string | null {
  return id === null ? null : `${id.slice(0, 4)}…`
}

function mask(email: string): string {
  const at = email.lastIndexOf('@')
  return at > 0 && at < email.length - 1 ? `${email.charAt(0)}…@${email.charAt(at + 1)}…` : email
}
