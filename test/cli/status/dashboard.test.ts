import {expect, test} from 'vitest'
import {toDashboard} from '../../../src/cli/status/dashboard.ts'
import {toCompactLines} from '../../../src/cli/status/text-views.ts'
import {createRecord, createWindowRecord, NOW_MS} from '../../support/cao/create-record.ts'

/** Places of a line in a terminal: these Han characters take two, an accent none. */
function countPlaces(line: string): number {
  return Array.from(line).reduce(
    (sum, character) =>
      sum + (/\p{M}/u.test(character) ? 0 : /\p{Script=Han}/u.test(character) ? 2 : 1),
    0,
  )
}

test.each([
  '/home/ada',
  '/home/漢字',
  '/home/e\u0301e\u0301',
  `/${'漢'.repeat(80)}`,
  `/a${'漢'.repeat(80)}`,
])('the frame has the same width around %s', (base) => {
  const io = {columns: 60, paint: (_: string, text: string) => text}
  const lines = toDashboard([], {base, issues: [], nowMs: 0, io})
  expect(lines.map(countPlaces)).toEqual(lines.map(() => 60))
})

function draw(columns: number, records = [createRecord('work', {isDefault: true})]) {
  const io = {columns, paint: (_: string, text: string) => text}
  const issue = {severity: 'warn', message: ''} as const
  const issues = [
    {...issue, account: 'spare', code: 'last_error'},
    {...issue, account: 'spare', code: 'failures_high'},
  ]
  return toDashboard(records, {base: '/accounts', issues, nowMs: NOW_MS, io})
}

test('an account in good order takes three lines, and the count is one of accounts', () => {
  const lines = draw(80, [createRecord('work', {isDefault: true}), createRecord('spare')])

  expect(lines[3]).toContain('Accounts: 2 (ok 1, warn 1, error 0)')
  expect(lines.slice(5, 8).map((line) => line.replace(/^│ | +│$/g, ''))).toEqual([
    '* work [OK] | work@example.com, ChatGPT Plus',
    '  5 h      ████████░░░░░░░░░░░░ 41% left, resets in 2h',
    '  weekly   ██████████████████░░ 88% left, resets in 2h',
  ])
})

test.each([40, 60])('at %d columns the bar gives way, and no number is cut', (columns) => {
  const text = draw(columns).join('\n')

  expect(text).toMatch(/41% left, resets in 2h +│/)
  expect(text).toMatch(/88% left, resets in 2h +│/)
})

test('numbers that are not of this minute say how old they are', () => {
  const {usage} = createRecord('work')
  const old = createRecord('work', {usage: usage && {...usage, takenAtMs: NOW_MS - 3 * 3_600_000}})

  expect(draw(80, [old]).join('\n')).toContain('  as of 3h ago')
  expect(toCompactLines([old], NOW_MS)[0]).toMatch(
    /left: 41% of 5 h, 88% of weekly \(as of 3h ago\)$/,
  )
  expect(toCompactLines([createRecord('work')], NOW_MS)[0]).toMatch(/88% of weekly$/)
})

test('an account whose window is full rests until it resets, although nobody has noted that', () => {
  const {usage} = createRecord('work')
  const windows = [createWindowRecord(18_000, 100)]
  const spent = createRecord('work', {usage: usage && {...usage, windows, limitReached: true}})

  expect(toCompactLines([spent], NOW_MS)[0]).toContain('| cooldown: in 2h |')
})
