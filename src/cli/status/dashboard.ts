/**
 * The dashboard: all accounts in a frame.
 *
 * @module
 */
import type {Io, Style} from '../io.ts'
import {toPlanName} from '../../accounts/plan-name.ts'
import {toWindowLabel} from '../../accounts/usage/usage.ts'
import type {AccountRecord, UsageRecord, WindowRecord} from '../accounts/account-record.ts'
import type {Issue} from '../accounts/assess.ts'
import {toRelative} from '../accounts/duration.ts'
import {
  describeCredits,
  describeLoginRequired,
  isGeneral,
  toCooldown,
  toExpiry,
  toLogin,
} from '../accounts/describe-record.ts'

/** What the dashboard shows beside the accounts. */
export interface DashboardOptions {
  readonly base: string
  readonly issues: readonly Issue[]
  readonly nowMs: number
  readonly io: Pick<Io, 'columns' | 'paint'>
}

const WIDTH_WITHOUT_TERMINAL = 88
const WIDEST = 120
const NARROWEST = 40

/** Width of the bar of a window, in characters. */
const BAR = 20

/** A line, and how it looks. */
type Line = readonly [text: string, style?: Style]

/** Draws all accounts in a frame, as wide as the terminal allows: 40 to 120 characters, 88 without one. */
export function toDashboard(
  records: readonly AccountRecord[],
  {base, issues, nowMs, io}: DashboardOptions,
): string[] {
  const width = Math.max(NARROWEST, Math.min(WIDEST, io.columns ?? WIDTH_WITHOUT_TERMINAL))
  const count = (severity: Issue['severity']) =>
    issues.filter((issue) => issue.severity === severity).length
  const troubled = new Set(issues.map(({account}) => account))
  const healthy = records.filter(({name}) => !troubled.has(name)).length
  const summary = `(ok ${healthy}, warn ${count('warn')}, error ${count('error')})`
  const row = ([text, style]: Line) => {
    const fitted = fit(text, width - 4)
    return `│ ${style ? io.paint(style, fitted) : fitted} │`
  }
  return [
    toRule('┌┐', width, 'CAO Status'),
    row([`Generated: ${new Date(nowMs).toISOString()}`]),
    row([`Base dir: ${base}`]),
    row([`Accounts: ${records.length} ${summary}`]),
    toRule('├┤', width, 'Accounts'),
    ...records.flatMap((record) => toAccountLines(record, issues, nowMs).map(row)),
    toRule('└┘', width, ''),
  ]
}

function toAccountLines(record: AccountRecord, all: readonly Issue[], nowMs: number): Line[] {
  const issues = all.filter(({account}) => account === record.name)
  const [state, style] = toState(issues)
  const who = [record.email, record.plan === null ? null : toPlanName(record.plan)]
  const title = who.filter((part) => part !== null).join(', ')
  const facts = `expires ${toExpiry(record, nowMs)} | cooldown ${toCooldown(record, nowMs)} | failures ${record.consecutiveFailures}`
  const {usage, loginRequired, usageError} = record
  return [
    [`${record.isDefault ? '*' : ' '} ${record.name} [${state}] | ${facts}`, style],
    ...(title === '' ? [] : [[`  ${title}`] as const]),
    ...(usage?.windows ?? []).map((window) => toWindowLine(window, nowMs)),
    ...(usage
      ? [[`  as of ${toRelative(usage.takenAtMs ?? 0, nowMs)}${toCredits(usage)}`, 'dim'] as const]
      : []),
    ...(usageError === null ? [] : [[`  usage not known now: ${usageError}`, 'dim'] as const]),
    ...(loginRequired ? [[`  ${describeLoginRequired(record, nowMs)}`, 'red'] as const] : []),
    ...(issues.length === 0
      ? []
      : [
          [
            `  issues: ${issues.map(({severity, code}) => `[${severity}] ${code}`).join(', ')}`,
          ] as const,
        ]),
    [`  login: ${toLogin(record)} | account_id: ${record.accountId ?? 'unknown'}`, 'dim'],
  ]
}

function toState(issues: readonly Issue[]): readonly [string, Style] {
  if (issues.some(({severity}) => severity === 'error')) return ['ERROR', 'red']
  return issues.length > 0 ? ['WARN', 'yellow'] : ['OK', 'green']
}

function toWindowLine(window: WindowRecord, nowMs: number): Line {
  const {leftPercent, limit, resetsAtMs, windowSeconds} = window
  const filled = Math.round((leftPercent / 100) * BAR)
  const bar = '█'.repeat(filled) + '░'.repeat(BAR - filled)
  const reset = resetsAtMs === null ? '' : `, resets ${toRelative(resetsAtMs, nowMs)}`
  const whose = isGeneral(window) ? '' : ` of ${limit}`
  const label = toWindowLabel(windowSeconds).padEnd(8)
  return [`  ${label} ${bar} ${Math.round(leftPercent)}% left${whose}${reset}`]
}

function toCredits(usage: UsageRecord): string {
  const credits = describeCredits(usage)
  return credits === undefined ? '' : `, credits: ${credits}`
}

function toRule([left = '', right = '']: string, width: number, title: string): string {
  const label = title === '' ? '' : `─ ${title} `
  return `${left}${label}${'─'.repeat(Math.max(0, width - 2 - label.length))}${right}`
}

/** Characters that take two places, and those that take none. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303E\uFF01-\uFF60\p{Emoji_Presentation}]/u
const WITHOUT_WIDTH = /\p{M}/u

/** The text, cut or filled up to `width` places. */
function fit(text: string, width: number): string {
  const ends: number[] = []
  let total = 0
  const characters = Array.from(text)
  for (const character of characters) {
    if (!WITHOUT_WIDTH.test(character)) total += WIDE.test(character) ? 2 : 1
    ends.push(total)
  }
  if (total <= width) return text + ' '.repeat(width - total)
  const count = ends.findIndex((end) => end > width - 1)
  const filled = ' '.repeat(width - 1 - (ends[count - 1] ?? 0))
  return `${characters.slice(0, count).join('')}…${filled}`
}
