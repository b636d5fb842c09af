/**
 * `cao status --report`
 *
 * @module
 */
import {askForRecords} from '../accounts/ask-for-records.ts'
import type {AskingOptions} from '../accounts/asking-options.ts'
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import type {Answer} from '../print-answer.ts'
import {toJsonText} from '../to-json-text.ts'
import type {ReportFormat} from './report-format.ts'
import {toMarkdown, toReport} from './to-report.ts'

/** Options of `cao status --report`. */
export interface ReportOptions extends AskingOptions {
  readonly format: ReportFormat
}

/** Writes a report that is safe to post: it names no user, no account of ChatGPT and no folder of this machine. */
export async function report(cli: Cli, options: ReportOptions): Promise<Answer> {
  const {directories, now, userHome} = cli
  const isJson = options.format === 'json'
  const records = await askForRecords(cli, options)
  if (records.length === 0 && !isJson) return {lines: [NO_ACCOUNTS], exitCode: 0}
  const place = {nowMs: now(), userHome, base: directories.base}
  const lines = isJson ? [toJsonText(toReport(records, place))] : toMarkdown(records, place)
  return {lines, exitCode: 0}
}
