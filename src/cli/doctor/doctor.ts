/**
 * `cao status --doctor`
 *
 * @module
 */
import {askForRecords} from '../accounts/ask-for-records.ts'
import type {AskingOptions} from '../accounts/asking-options.ts'
import {assessAll} from '../accounts/assess.ts'
import type {Thresholds} from '../accounts/threshold-options.ts'
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import type {Answer} from '../print-answer.ts'
import {toJsonText} from '../to-json-text.ts'
import {toShownTexts} from '../to-shown-texts.ts'
import {checkMachine, checkServers} from './check-system.ts'
import {toExitCode, toHealthLines, toHealthReport} from './health.ts'

/** Options of `cao status --doctor`. */
export interface DoctorOptions extends AskingOptions, Thresholds {
  /** Whether the findings are one JSON object. Default false. */
  readonly json?: boolean
}

/** Says what is wrong with the accounts, the servers and this machine. No token is shown, whatever a file holds. */
export async function doctor(cli: Cli, options: DoctorOptions): Promise<Answer> {
  const {expiresWithinHours, json = false, maxFailures, offline = false, timeout} = options
  const records = await askForRecords(cli, options)
  if (records.length === 0 && !json) return {lines: [NO_ACCOUNTS], exitCode: 0}
  const [machine, servers] = await Promise.all([
    checkMachine(cli, records),
    offline ? [] : checkServers(cli, {records, timeoutMs: timeout * 1000}),
  ])
  const thresholds = {expiresWithinHours, maxFailures}
  const nowMs = cli.now()
  const issues = assessAll(records, thresholds, nowMs)
  const found = {records, issues, checks: [...machine, ...servers], thresholds}
  const health = toShownTexts(found)
  const lines = json ? [toJsonText(toHealthReport(health, nowMs))] : toHealthLines(health)
  return {lines, exitCode: toExitCode(found)}
}
