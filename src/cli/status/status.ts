/**
 * `cao status`
 *
 * @module
 */
import type {AccountRecord} from '../accounts/account-record.ts'
import {askForRecords} from '../accounts/ask-for-records.ts'
import type {AskingOptions} from '../accounts/asking-options.ts'
import {assessAll} from '../accounts/assess.ts'
import type {Thresholds} from '../accounts/threshold-options.ts'
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import {printAnswer, type Answer} from '../print-answer.ts'
import type {ReportFormat} from '../report/report-format.ts'
import {toJsonText} from '../to-json-text.ts'
import {toShownTexts} from '../to-shown-texts.ts'
import {toDashboard} from './dashboard.ts'
import {toCompactLines, toFullLines} from './text-views.ts'

/** Options of `cao status`. Without `json`, `compact`, `pretty` or `full`, a terminal decides: dashboard or lines. */
export interface StatusOptions extends AskingOptions, Thresholds {
  readonly json?: boolean
  readonly compact?: boolean
  readonly pretty?: boolean
  readonly full?: boolean
  readonly doctor?: boolean
  readonly report?: ReportFormat
  /** How long to wait between two looks, in seconds. Default: it looks once. */
  readonly watch?: number
}

/**
 * Prints what is known about the accounts.
 *
 * @returns The exit code: that of the doctor, where it is asked, else 0.
 */
export async function status(cli: Cli, options: StatusOptions): Promise<number> {
  const {watch} = options
  if (watch === undefined) return printAnswer(await look(cli, options), cli.io)
  const {watchStatus} = await import('./watch-status.ts')
  return watchStatus(cli.io, watch, async () => (await look(cli, {...options, pretty: true})).lines)
}

async function look(cli: Cli, options: StatusOptions): Promise<Answer> {
  if (options.report !== undefined) {
    const {report} = await import('../report/report.ts')
    return report(cli, {...options, format: options.json === true ? 'json' : options.report})
  }
  if (options.doctor === true) {
    const {doctor} = await import('../doctor/doctor.ts')
    return doctor(cli, options)
  }
  const records = await askForRecords(cli, options)
  if (options.json === true) return {lines: [toJsonText(records)], exitCode: 0}
  const lines = records.length === 0 ? [NO_ACCOUNTS] : toLines(cli, options, toShownTexts(records))
  return {lines, exitCode: 0}
}

function toLines(
  {directories, io, now}: Cli,
  options: StatusOptions,
  records: readonly AccountRecord[],
): string[] {
  const {compact = false, full = false, pretty = false} = options
  const nowMs = now()
  if (compact) return toCompactLines(records, nowMs)
  if (full) return toFullLines(records, nowMs)
  if (!pretty && !io.stdout.isTTY) return toCompactLines(records, nowMs)
  const issues = assessAll(records, options, nowMs)
  return toDashboard(records, {base: directories.base, issues, nowMs, io})
}
