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
import {checkCodex} from '../doctor/check-codex.ts'
import {toMarkdown, toReport, type Versions} from './to-report.ts'

/** Options of `cao status --report`. */
export interface ReportOptions extends AskingOptions {
  readonly format: ReportFormat
}

/** What a report is made with. The Codex CLI says its version itself, where there is one. */
async function readVersions(cli: Cli): Promise<Versions> {
  const {message, status} = await checkCodex(cli)
  const {arch, platform, version: node} = process
  const codex = status === 'ok' ? message : 'not found'
  return {cao: cli.version, node, system: `${platform} ${arch}`, codex}
}

/** Writes a report that is safe to post: it names no user, no account of ChatGPT and no folder of this machine. */
export async function report(cli: Cli, options: ReportOptions): Promise<Answer> {
  const {directories, now, userHome} = cli
  const isJson = options.format === 'json'
  const records = await askForRecords(cli, options)
  if (records.length === 0 && !isJson) return {lines: [NO_ACCOUNTS], exitCode: 0}
  const place = {
    nowMs: now(),
    userHome,
    base: directories.base,
    versions: await readVersions(cli),
  }
  const lines = isJson ? [toJsonText(toReport(records, place))] : toMarkdown(records, place)
  return {lines, exitCode: 0}
}
