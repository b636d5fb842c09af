/**
 * The dashboard: all accounts in a frame.
 *
 * @module
 */
import type {Io, Style} from '../io.ts'
import {toLocalTime} from '../../base/local-time.ts'
import {toPlanName} from '../../accounts/plan-name.ts'
import {toWindowLabel} from '../../accounts/usage/usage.ts'
import type {AccountRecord, UsageRecord, WindowRecord} from '../accounts/account-record.ts'
import type {Issue} from '../accounts/assess.ts'
import {toRelative} from '../accounts/duration.ts'
import {
  describeCredits,
  describeLoginRequired,
  isGeneral,
  toAge,
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

/** Longest bar of a window, in characters. */
const LONGEST_BAR = 20

/** When it is drawn, and how much fits into the frame, in characters. */
interface Place {
  readonly nowMs: number
  readonly width: number
}

/** A line, and how it looks. */
type Line = readonly [text: string, style?: Style]

/** Draws all accounts in a frame, as wide as the terminal allows: 40 to 120 characters, 88 without one. */
export function toDashboard(
  records: readonly AccountRecord[],
  {base, issues, nowMs, io}: DashboardOptions,
): string[] {
  const width = Math.max(NARROWEST, Math.min(WIDEST, io.columns ?? WIDTH_WITHOUT_TERMINAL))
  const states = records.map(({name}) => toState(issues.filter(({account}) => account === name))[0])
  const count = (wanted: State) => states.filter((state) => state === wanted).length
  const summary = `(ok ${count('OK')}, warn ${count('WARN')}, error ${count('ERROR')})`
  const row = ([text, style]: Line) => {
    const fitted = fit(text, width - 4)
    return `│ ${style ? io.paint(style, fitted) : fitted} │`
  }
  return [
    toRule('┌┐', width, 'CAO Status'),
    row([`Generated: ${toLocalTime(nowMs)}`]),
    row([`Base dir: ${base}`]),
    row([`Accounts: ${records.length} ${summary}`]),
    toRule('├┤', width, 'Accounts'),
    ...records.flatMap((record) =>
      toAccountLines(record, issues, {nowMs, width: width - 4}).map(row),
    ),
    toRule('└┘', width, ''),
  ]
}

function toAccountLines(record: AccountRecord, all: readonly Issue[], place: Place): Line[] {
  const {nowMs} = place
  const issues = all.filter(({account}) => account === record.name)
  const [state, style] = toState(issues)
  const who = [record.email, record.plan === null ? null : toPlanName(record.plan)]
  const title = who.filter((part) => part !== null).join(', ')
  const {loginRequired, usage, usageError} = record
  const facts = usage ? toUsageFacts(usage, nowMs) : ''
  const login = toLogin(record)
  return [
    [`${record.isDefault ? '*' : ' '} ${record.name} [${state}]${title && ` | ${title}`}`, style],
    ...(usage?.windows ?? []).map((window) => toWindowLine(window, place)),
    ...(facts === '' ? [] : [[`  ${facts}`, 'dim'] as const]),
    ...(usageError === null ? [] : [[`  usage not known now: ${usageError}`, 'dim'] as const]),
    ...(login === 'logged-in' ? [] : [[`  login: ${login}`, 'red'] as const]),
    ...(loginRequired ? [[`  ${describeLoginRequired(record, nowMs)}`, 'red'] as const] : []),
    ...(issues.length === 0
      ? []
      : [
          [
            `  issues: ${issues.map(({severity, code}) => `[${severity}] ${code}`).join(', ')}`,
          ] as const,
        ]),
  ]
}

type State = 'ERROR' | 'OK' | 'WARN'

function toState(issues: readonly Issue[]): readonly [State, Style] {
  if (issues.some(({severity}) => severity === 'error')) return ['ERROR', 'red']
  return issues.length > 0 ? ['WARN', 'yellow'] : ['OK', 'green']
}

/** The bar is what is shortest on a narrow terminal: the numbers are what counts. */
function toWindowLine(window: WindowRecord, {nowMs, width}: Place): Line {
  const {leftPercent, limit, resetsAtMs, windowSeconds} = window
  const reset = resetsAtMs === null ? '' : `, resets ${toRelative(resetsAtMs, nowMs)}`
  const whose = isGeneral(window) ? '' : ` of ${limit}`
  const label = `  ${toWindowLabel(windowSeconds).padEnd(8)}`
  const left = `${Math.round(leftPercent)}% left${whose}${reset}`
  const bar = Math.max(0, Math.min(LONGEST_BAR, width - label.length - left.length - 2))
  const filled = Math.round((leftPercent / 100) * bar)
  return [`${label} ${'█'.repeat(filled)}${'░'.repeat(bar - filled)}${bar > 0 ? ' ' : ''}${left}`]
}

/** How old the numbers are, where that matters, and what credits there are. */
function toUsageFacts(usage: UsageRecord, nowMs: number): string {
  const credits = describeCredits(usage)
  const age = toAge(usage, nowMs)
  return [
    ...(age === undefined ? [] : [`as of ${age}`]),
    ...(credits === undefined ? [] : [`credits: ${credits}`]),
  ].join(', ')
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
