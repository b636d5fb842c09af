import {expect, test} from 'vitest'
import {findWait, readMoment, readWait} from '../../src/http/read-wait.ts'

const NOW_MS = Date.UTC(2026, 10, 30, 10)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.each([
  ['Please try again in 1.5s.', 1500],
  ['Please try again in 500ms.', 500],
  ['Try again in 20m', 20 * MINUTE],
  ['Try again in 20m.', 20 * MINUTE],
  ['Try again in 1h2m3s.', HOUR + 2 * MINUTE + 3 * SECOND],
  ['Try again in 1h 2m 3s.', HOUR + 2 * MINUTE + 3 * SECOND],
  ['try again in 6m0s', 6 * MINUTE],
  ['Try again in 2 minutes', 2 * MINUTE],
  ['You have hit the limit, try again in 3 days 4 hours!', 3 * DAY + 4 * HOUR],
  ['Try again in 3 days and 4 hours.', 3 * DAY + 4 * HOUR],
  ['Try again in 1 day, 2 hours, and 5 minutes.', DAY + 2 * HOUR + 5 * MINUTE],
  ['Try again in about an hour.', HOUR],
  ['Retry in two minutes', 2 * MINUTE],
  ['Your limit resets in 1 week', 7 * DAY],
  ['Please wait 90 sec before you ask again', 90 * SECOND],
  ['Please wait 36,000 seconds.', 10 * HOUR],
  ['Rate limited. Retry after: 45 secs', 45 * SECOND],
  ['You can ask again after 5 mins', 5 * MINUTE],
  ['In 20m you can try again', 20 * MINUTE],
  ['20 minutes remaining', 20 * MINUTE],
  ['Retry-After: 120', 120 * SECOND],
  ['Try again in 30.', 30 * SECOND],
  ['Try again in 01:30:00.', 90 * MINUTE],
  ['Retry in PT1H30M', 90 * MINUTE],
  ['Only 3 messages per 5 minutes are allowed; try again in 20m', 20 * MINUTE],
  [
    'TPM: Limit 30000, Used 29000, Requested 3000. Please try again in 4s. Visit https://x.test/1h.',
    4 * SECOND,
  ],
  ['Try again at 2026-11-30T10:20:00Z.', 20 * MINUTE],
  ['Try again at 2026-11-30T11:20:00+01:00', 20 * MINUTE],
  ['Try again after 2026-11-30 10:20:30 UTC.', 20 * MINUTE + 30 * SECOND],
  ['Resets at Mon, 30 Nov 2026 10:20:00 GMT', 20 * MINUTE],
  ['Try again at Nov 30th, 2026 10:20 AM.', 20 * MINUTE],
  ['The limit resets at 1796034000', 20 * MINUTE],
  ['The limit resets at 1796034000000.', 20 * MINUTE],
  ['Try again after 10:20:00 UTC', 20 * MINUTE],
  ['Try again at 10:20 UTC.', 20 * MINUTE],
  ['Try again at 9:30 GMT', 23 * HOUR + 30 * MINUTE],
  ['Try again at 1:20 PM UTC', 3 * HOUR + 20 * MINUTE],
  ['Try again at 2026-11-30T09:00:00Z', 0],
  ['Try again in 99999999 days', 31 * DAY],
])('%s', (sentence, expected) => {
  expect(findWait(sentence, NOW_MS)).toBe(expected)
})

test.each([
  '',
  'Try again later.',
  'Try again at 11:00:00.',
  'Try again after 11:00:00 AM.',
  'Try again in a few minutes.',
  'Too many requests in 5 minutes.',
  'You can send 50 messages per 3 hours.',
  'The request timed out after 30 seconds. Try again.',
  'gpt-5.5 is busy, try again with gpt-5 mini',
  'Resets are not included.',
])('no time to wait is named: %s', (sentence) => {
  expect(findWait(sentence, NOW_MS)).toBeUndefined()
})

test.each([
  [20, 20 * SECOND],
  ['20', 20 * SECOND],
  [' 0.5 ', 500],
  [0, 0],
  [-5, 0],
  ['-5', 0],
  ['1e300', 31 * DAY],
  [99_999_999, 31 * DAY],
  ['20m', 20 * MINUTE],
  ['6m0s', 6 * MINUTE],
  ['17.28s', 17_280],
  ['PT20M', 20 * MINUTE],
  ['P1DT1H', 25 * HOUR],
  ['Mon, 30 Nov 2026 10:20:00 GMT', 20 * MINUTE],
  ['Monday, 30-Nov-26 10:20:00 GMT', 20 * MINUTE],
  ['2026-11-30T10:20:00.000Z', 20 * MINUTE],
  ['2026-11-30T10:20:00', 20 * MINUTE],
  [1_796_034_000, 20 * MINUTE],
  ['1796034000', 20 * MINUTE],
  [1_796_034_000_000, 20 * MINUTE],
  ['Mon, 30 Nov 2026 09:00:00 GMT', 0],
  ['soon', undefined],
  ['20 apples', undefined],
  ['', undefined],
  [null, undefined],
  [true, undefined],
  [Number.NaN, undefined],
  [Number.POSITIVE_INFINITY, undefined],
  [{}, undefined],
])('a field or header with %j is %j ms', (value, expected) => {
  expect(readWait(value, NOW_MS)).toBe(expected)
})

test('a number counts what its field says', () => {
  expect(readWait(1500, NOW_MS, 1)).toBe(1500)
  expect(readWait(3_600_000, NOW_MS, 1)).toBe(HOUR)
  expect(readWait(1_796_034_000_000, NOW_MS, 1)).toBe(20 * MINUTE)
  expect(readWait(2, NOW_MS, 60_000)).toBe(2 * MINUTE)
})

test.each([
  [1_796_034_000, NOW_MS + 20 * MINUTE],
  ['1796034000.5', NOW_MS + 20 * MINUTE + 500],
  [1_796_034_000_000, NOW_MS + 20 * MINUTE],
  [1_796_034_000_000_000, NOW_MS + 20 * MINUTE],
  ['2026-11-30T10:20:00Z', NOW_MS + 20 * MINUTE],
  ['2026-11-30', Date.UTC(2026, 10, 30)],
  [1, undefined],
  [0, undefined],
  [-1, undefined],
  [1e300, undefined],
  ['never', undefined],
])('%j is the moment %j', (value, expected) => {
  expect(readMoment(value)).toBe(expected)
})

test.each([
  '1'.repeat(1_000_000),
  'try again in '.repeat(100_000),
  '1m'.repeat(500_000),
  '1 '.repeat(500_000),
  '1,'.repeat(500_000),
  'Nov 1 '.repeat(100_000),
  `try again${' '.repeat(1_000_000)}in 5s`,
])('a text of a million characters costs no more than its beginning', (text) => {
  // What takes quadratic time would not end within the time limit of a test.
  findWait(text, NOW_MS)
  readWait(text, NOW_MS)
  expect(readMoment(text)).toBeUndefined()
})
