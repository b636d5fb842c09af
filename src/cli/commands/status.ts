/**
 * `cao status`
 *
 * @module
 */
import {toTerminalLine} from '../../base/plain-text.ts'
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import {readRecords, type AccountRecord} from '../accounts/account-record.ts'
import {assess, toExitCode, type Thresholds} from '../status/assess.ts'
import {toDashboard} from '../status/dashboard.ts'
import {toHealthLines, toHealthReport} from '../status/health.ts'
import {mapTexts} from '../status/map-texts.ts'
import {toMarkdown, toReport} from '../status/report.ts'
import {toCompactLines, toFullLines} from '../status/text-views.ts'

/** What `cao status` is told. Numbers are as they were typed. */
export interface StatusOptions {
  readonly json?: boolean
  readonly compact?: boolean
  readonly pretty?: boolean
  readonly full?: boolean
  readonly doctor?: boolean
  /** The format, where one was named. */
  readonly report?: boolean | string
  readonly expiresWithinHours?: string
  readonly maxFailures?: string
  readonly offline?: boolean
  /** Seconds. */
  readonly timeout?: string
  /** Seconds, where they were named. */
  readonly watch?: boolean | string
}

const DEFAULT_TIMEOUT_SECONDS = 5
const DEFAULT_WATCH_SECONDS = 60

/** Prints what is known about the accounts. */
export async function status(cli: Cli, options: StatusOptions): Promise<number> {
  if (options.watch === undefined || options.watch === false) return showOnce(cli, options)
  const seconds = toPositive(options.watch, DEFAULT_WATCH_SECONDS)
  const {watchStatus} = await import('../status/watch-status.ts')
  return watchStatus(cli.io, seconds, async () => {
    const {lines} = await prepare(cli, {...options, pretty: true})
    return lines
  })
}

async function showOnce(cli: Cli, options: StatusOptions): Promise<number> {
  const {lines, exitCode} = await prepare(cli, options)
  for (const line of lines) cli.io.out(line)
  return exitCode
}

interface Answer {
  readonly lines: readonly string[]
  readonly exitCode: number
}

async function prepare(cli: Cli, options: StatusOptions): Promise<Answer> {
  const timeoutMs = toPositive(options.timeout, DEFAULT_TIMEOUT_SECONDS) * 1000
  const folders = await cli.directories.folders()
  if (folders.length === 0 && !isJson(options)) return {lines: [NO_ACCOUNTS], exitCode: 0}
  const errors = await ask(cli, options, {timeoutMs, count: folders.length})
  const records = await readRecords(cli, errors)
  if (options.doctor === true && options.report === undefined) {
    return prepareHealth(cli, options, {records, timeoutMs})
  }
  return {lines: toLines(cli, options, records), exitCode: 0}
}

/** Asks for the usage, unless there is nobody to ask about. */
async function ask(
  cli: Cli,
  {offline}: StatusOptions,
  {timeoutMs, count}: {readonly timeoutMs: number; readonly count: number},
) {
  if (offline === true || count === 0) return new Map()
  const {askUsage} = await import('../accounts/ask-usage.ts')
  const done = cli.io.showProgress('Asking what is left of each account…')
  try {
    return await askUsage(cli, {timeoutMs, mayRefresh: true})
  } finally {
    done()
  }
}

function isJson({json, report}: StatusOptions): boolean {
  return json === true || report === 'json'
}

function toLines(cli: Cli, options: StatusOptions, records: readonly AccountRecord[]): string[] {
  const {compact, full, json, pretty, report} = options
  const nowMs = cli.now()
  const reportOptions = {nowMs, userHome: cli.userHome, base: cli.directories.base}
  if (report !== undefined) {
    if (isJson(options)) return [toJson(toReport(records, reportOptions))]
    return toMarkdown(records, reportOptions)
  }
  if (json === true) return [toJson(records)]
  const shown = mapTexts(records, toTerminalLine)
  if (compact === true) return toCompactLines(shown, nowMs)
  if (full === true) return toFullLines(shown, nowMs)
  if (pretty !== true && !cli.io.stdout.isTTY) return toCompactLines(shown, nowMs)
  const issues = assessAll(shown, toThresholds(options), nowMs)
  return toDashboard(shown, {base: cli.directories.base, issues, nowMs, io: cli.io})
}

async function prepareHealth(
  cli: Cli,
  options: StatusOptions,
  {records, timeoutMs}: {readonly records: readonly AccountRecord[]; readonly timeoutMs: number},
): Promise<Answer> {
  const {checkMachine, checkServers} = await import('../status/check-system.ts')
  const checks = await Promise.all([
    checkMachine(cli, records),
    options.offline === true ? [] : checkServers(cli, {records, timeoutMs}),
  ])
  const thresholds = toThresholds(options)
  const issues = assessAll(records, thresholds, cli.now())
  const health = {records, issues, checks: checks.flat(), thresholds}
  const lines =
    options.json === true
      ? [toJson(toHealthReport(health, cli.now()))]
      : toHealthLines(mapTexts(health, toTerminalLine))
  return {lines, exitCode: toExitCode(issues)}
}

function assessAll(records: readonly AccountRecord[], thresholds: Thresholds, nowMs: number) {
  return records.flatMap((record) => assess(record, thresholds, nowMs))
}

function toThresholds({expiresWithinHours, maxFailures}: StatusOptions): Thresholds {
  return {
    expiresWithinHours: Math.trunc(toPositive(expiresWithinHours, 24)) || 24,
    maxFailures: Math.trunc(toPositive(maxFailures, 3)) || 3,
  }
}

/** Anything that is no number above zero stands for the default. */
function toPositive(value: boolean | string | undefined, byDefault: number): number {
  const number = typeof value === 'string' ? Number.parseFloat(value) : NaN
  return number > 0 && Number.isFinite(number) ? number : byDefault
}

/** With what a terminal might obey as JSON writes it: control characters, and what turns a text around. */
function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(
    /[\u007F-\u009F\p{Cf}\p{Co}]/gu,
    (character) =>
      Array.from({length: character.length}, (_, index) => {
        const unit = character.charCodeAt(index).toString(16)
        return String.raw`\u${unit.padStart(4, '0')}`
      }).join(''),
  )
}
