import {expect, test} from 'vitest'
import {
  isExhausted,
  toExhaustedUntilMs,
  toTightestWindow,
  toUsageAt,
  toWindowLabel,
  toWindowName,
} from '../../../src/accounts/usage/usage.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createUsage, createWindow, WEEK} from '../../support/accounts/create-usage.ts'

const FULL = createWindow({usedPercent: 100})

test.each([
  [18_000, '5 h'],
  [3599, '1 h'],
  [86_400, 'daily'],
  [365 * 86_400, 'yearly'],
  [604_800, 'weekly'],
  [2_592_000, 'monthly'],
  [2_678_400, 'monthly'],
])('a window of %i seconds is called %s', (seconds, label) => {
  expect(toWindowLabel(seconds)).toBe(label)
})

test('a window whose length nobody told is called after its limit', () => {
  expect(toWindowName(createWindow({windowSeconds: 0}))).toBe('codex')
  expect(toWindowName(createWindow())).toBe('codex (5 h)')
})

test('a window whose reset has passed is empty, and has not started', () => {
  const usage = createUsage({windows: [FULL]})

  expect(toUsageAt(usage, NOW_MS + 3_599_999)).toEqual(usage)
  const [window] = toUsageAt(usage, NOW_MS + 3_600_000).windows
  expect(window).toMatchObject({usedPercent: 0})
  expect(window).not.toHaveProperty('resetsAtMs')
})

test('a window without a reset is empty after its whole length', () => {
  const {resetsAtMs: _, ...window} = FULL

  expect(toUsageAt(createUsage({windows: [window]}), NOW_MS + 17_999_999).windows).toEqual([window])
  expect(toUsageAt(createUsage({windows: [window]}), NOW_MS + 18_000_000).windows).toMatchObject([
    {usedPercent: 0},
  ])
})

test('a refusal is believed as long as it said', () => {
  const reached = {untilMs: NOW_MS + 10, takenAtMs: NOW_MS, source: 'refusal'} as const
  const usage = createUsage({limitReached: reached})

  expect(isExhausted(toUsageAt(usage, NOW_MS + 9))).toBe(true)
  expect(isExhausted(toUsageAt(usage, NOW_MS + 10))).toBe(false)
})

test.each([
  ['a full window', createUsage({windows: [FULL]}), true],
  ['room in every window', createUsage(), false],
  ['a full window of other models', createUsage({windows: [{...FULL, limit: 'Spark'}]}), false],
  [
    'a full window, and credits',
    createUsage({windows: [FULL], credits: {hasCredits: true, unlimited: false, balance: 5}}),
    false,
  ],
  [
    'a full plan that says so, and credits',
    createUsage({
      windows: [FULL],
      limitReached: {untilMs: NOW_MS + 9, takenAtMs: NOW_MS, source: 'usage'},
      credits: {hasCredits: true, unlimited: false, balance: 489.25, isOverageReached: false},
    }),
    false,
  ],
  [
    'a full window, and unlimited credits',
    createUsage({windows: [FULL], credits: {hasCredits: false, unlimited: true}}),
    false,
  ],
  [
    'a full window, and no credits left',
    createUsage({windows: [FULL], credits: {hasCredits: true, unlimited: false, balance: 0}}),
    true,
  ],
  [
    'a full window, and credits that may not be used',
    createUsage({
      windows: [FULL],
      credits: {hasCredits: true, unlimited: false, balance: 5, isOverageReached: true},
    }),
    true,
  ],
  [
    'a full window, and credits beyond the ceiling of the workspace',
    createUsage({
      windows: [FULL],
      credits: {hasCredits: true, unlimited: false, balance: 5},
      spendControl: {reached: true},
    }),
    true,
  ],
  [
    'credits, and a refusal all the same',
    createUsage({
      limitReached: {untilMs: NOW_MS + 9, takenAtMs: NOW_MS, source: 'refusal'},
      credits: {hasCredits: true, unlimited: false, balance: 5},
    }),
    true,
  ],
])('%s: out of quota?', (_name, usage, exhausted) => {
  expect(isExhausted(usage)).toBe(exhausted)
})

test('an account is back when the last of its full windows has reset', () => {
  const week = {...FULL, windowSeconds: WEEK, resetsAtMs: NOW_MS + 9}

  expect(
    toExhaustedUntilMs(createUsage({windows: [{...FULL, resetsAtMs: NOW_MS + 8}, week]})),
  ).toBe(NOW_MS + 9)
  expect(toExhaustedUntilMs(createUsage())).toBeUndefined()
})

test('the tightest window is the one with the least left, of all requests', () => {
  const week = createWindow({windowSeconds: WEEK, usedPercent: 40})
  const spark = createWindow({limit: 'Spark', usedPercent: 99})

  expect(toTightestWindow({windows: [createWindow(), week, spark]})).toBe(week)
  expect(toTightestWindow({windows: [spark]})).toBe(spark)
  expect(toTightestWindow({windows: []})).toBeUndefined()
})
