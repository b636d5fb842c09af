import {expect, test} from 'vitest'
import {
  createUsageWarnings,
  describeUsageWarning,
} from '../../../src/accounts/usage/usage-warnings.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createUsage, createWindow, WEEK} from '../../support/accounts/create-usage.ts'

const HOUR_MS = 3_600_000

function toUsage(leftPercent: number, fields: Parameters<typeof createWindow>[0] = {}) {
  return createUsage({windows: [createWindow({usedPercent: 100 - leftPercent, ...fields})]})
}

/** The thresholds that are said when so much is left, one reading after the other. */
function say(...leftPercents: readonly number[]): unknown[] {
  const warnings = createUsageWarnings()
  return leftPercents.map((left) =>
    warnings.notice('a', toUsage(left)).map(({threshold}) => threshold),
  )
}

test('each threshold is said once', () => {
  expect(say(26, 25, 20, 10, 10, 5, 0)).toEqual([[], [25], [], [10], [], [5], []])
})

test('crossing two at once is said once, for the lower one', () => {
  expect(say(60, 8, 24, 9)).toEqual([[], [10], [], []])
})

test('a warning says what is left, of what, until when', () => {
  expect(createUsageWarnings().notice('a', toUsage(10))).toEqual([
    {
      limit: 'codex',
      windowSeconds: 18_000,
      leftPercent: 10,
      resetsAtMs: NOW_MS + HOUR_MS,
      threshold: 10,
    },
  ])
})

test('a reset that moves a little belongs to the same window, and one that moves far does not', () => {
  const warnings = createUsageWarnings()
  const resets = [0, 29, 31, 60].map((minutes) => NOW_MS + HOUR_MS + minutes * 60_000)

  const said = resets.map((resetsAtMs) => warnings.notice('a', toUsage(9, {resetsAtMs})).length)

  expect(said).toEqual([1, 0, 1, 0])
})

test('windows and accounts are told apart', () => {
  const warnings = createUsageWarnings()
  warnings.notice('a', toUsage(9))

  expect(warnings.notice('b', toUsage(9))).toHaveLength(1)
  expect(warnings.notice('a', toUsage(9, {windowSeconds: WEEK}))).toHaveLength(1)
  expect(warnings.notice('a', toUsage(9, {limit: 'Spark'}))).toHaveLength(1)
  expect(warnings.notice('a', toUsage(9))).toEqual([])
})

test('thresholds can be others, or none', () => {
  expect(createUsageWarnings({thresholds: () => [50]}).notice('a', toUsage(40))).toHaveLength(1)
  expect(createUsageWarnings({thresholds: () => []}).notice('a', toUsage(0))).toEqual([])
})

test('what was said is kept over a restart', () => {
  const first = createUsageWarnings()
  first.notice('a', toUsage(9))
  const second = createUsageWarnings()

  second.import(first.export())

  expect(second.notice('a', toUsage(9))).toEqual([])
  expect(second.notice('a', toUsage(5))).toHaveLength(1)
})

test.each([undefined, 'garbage', '{"a":7}', '{"a":[7,{}]}', '[]'])(
  'saved warnings of %j count as none',
  (saved) => {
    const warnings = createUsageWarnings()
    warnings.import(saved)

    expect(warnings.notice('a', toUsage(9))).toHaveLength(1)
  },
)

function toTime(milliseconds: number): string {
  const format = {dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC'} as const
  return new Date(milliseconds).toLocaleString('en-GB', format)
}

test.each([
  [{}, 'ada@example.com has 10 % left of its weekly limit. It resets on 24 Nov 2026, 09:00.'],
  [
    {limit: 'GPT-5.3-Codex-Spark'},
    'ada@example.com has 10 % left of its weekly GPT-5.3-Codex-Spark limit. It resets on 24 Nov 2026, 09:00.',
  ],
  [
    {leftPercent: 0.2},
    'ada@example.com has 1 % left of its weekly limit. It resets on 24 Nov 2026, 09:00.',
  ],
  [
    {leftPercent: 0},
    'ada@example.com has nothing left of its weekly limit. It resets on 24 Nov 2026, 09:00.',
  ],
  [
    {windowSeconds: 0},
    'ada@example.com has 10 % left of its limit. It resets on 24 Nov 2026, 09:00.',
  ],
])('a warning with %j reads as a sentence', (fields, sentence) => {
  const resetsAtMs = Date.UTC(2026, 10, 24, 9)
  const warning = {limit: 'codex', windowSeconds: WEEK, leftPercent: 10, resetsAtMs, threshold: 10}

  expect(describeUsageWarning({...warning, ...fields}, 'ada@example.com', toTime)).toBe(sentence)
})

test('without a reset the sentence names none', () => {
  const warning = {limit: 'codex', windowSeconds: WEEK, leftPercent: 10, threshold: 10}

  expect(describeUsageWarning(warning, 'ada@example.com')).toBe(
    'ada@example.com has 10 % left of its weekly limit.',
  )
})
