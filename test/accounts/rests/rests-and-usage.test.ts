import {expect, test} from 'vitest'
import {createAccountRests} from '../../../src/accounts/rests/account-rests.ts'
import {createUsageBook} from '../../../src/accounts/usage/usage-book.ts'
import type {UsageReading, UsageWindow} from '../../../src/accounts/usage/usage.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createReading, WEEK} from '../../support/accounts/create-usage.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

function start() {
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const book = createUsageBook({now})
  const rests = createAccountRests({now, usage: (accountId) => book.get(accountId)})
  /** The usage says something at its time. */
  const observe = (reading: Partial<UsageReading>, window?: Partial<UsageWindow>) => {
    clock.nowMs = reading.takenAtMs ?? clock.nowMs
    book.update('a', createReading(reading, ...(window ? [window] : [])))
    return rests.get('a')
  }
  return {book, clock, observe, rests}
}

/** An account that rests since a refusal. */
function startResting() {
  const started = start()
  started.observe({source: 'refusal', limitReached: true}, {usedPercent: 100})
  started.rests.note('a', {untilMs: NOW_MS + HOUR_MS})
  return started
}

const FREE = {source: 'usage', limitReached: false, takenAtMs: NOW_MS + 2 * MINUTE_MS} as const

test('usage that is newer than the refusal frees the account', () => {
  expect(startResting().observe(FREE, {usedPercent: 10})).toBeUndefined()
})

test.each<[string, Partial<UsageReading>, Partial<UsageWindow>?]>([
  ['is full', {...FREE, limitReached: true}, {usedPercent: 100}],
  ['was asked for before the refusal', {...FREE, askedAtMs: NOW_MS - 1}, {}],
  ['may lag', {...FREE, takenAtMs: NOW_MS + 1000}, {usedPercent: 0}],
  ['says nothing about requests', {source: 'usage', takenAtMs: FREE.takenAtMs}],
  ['is that of an answer', {...FREE, source: 'headers'}, {usedPercent: 10}],
])('usage that %s does not', (_name, reading, window) => {
  expect(startResting().observe(reading, window)?.untilMs).toBe(NOW_MS + HOUR_MS)
})

test('usage that the user asked for before the refusal frees nobody, not even where no window was named', () => {
  const {observe, rests} = start()
  rests.note('a', {untilMs: NOW_MS + HOUR_MS})

  const reload = {...FREE, takenAtMs: NOW_MS + 50, askedAtMs: NOW_MS - 1, isTrusted: true}

  expect(observe(reload, {usedPercent: 0})?.untilMs).toBe(NOW_MS + HOUR_MS)
})

test('usage that the user asked for is believed at once, also about other reasons and after a restart', () => {
  const {book, clock, observe, rests} = start()
  rests.note('a', {untilMs: NOW_MS + HOUR_MS, reason: 'no_credits'})
  expect(observe(FREE, {usedPercent: 0})?.reason).toBe('no_credits')

  const asked = {...FREE, askedAtMs: NOW_MS, isTrusted: true}
  expect(observe(asked, {usedPercent: 0})).toBeUndefined()

  const now = () => clock.nowMs
  const later = createUsageBook({now})
  later.import(book.export())
  const laterRests = createAccountRests({now, usage: (accountId) => later.get(accountId)})
  laterRests.import(rests.export())
  expect(laterRests.get('a')).toBeUndefined()
})

/** @see {@link https://github.com/openai/codex/issues/44217} */
test('a wrong refusal with a far reset is taken back by usage, each time it comes again after longer', () => {
  const {clock, observe, rests} = start()
  const untilMs = NOW_MS + 5 * DAY_MS
  /** Minutes after a refusal in which the usage, asked for each minute, frees the account. */
  const restMinutes = () => {
    rests.note('a', {untilMs})
    for (let minutes = 1; minutes <= 24 * 60; minutes += 1) {
      const takenAtMs = clock.nowMs + MINUTE_MS
      if (!observe({...FREE, takenAtMs}, {usedPercent: 25})) return minutes
    }
    return Infinity
  }

  expect([1, 2, 3, 4, 5, 6].map(restMinutes)).toEqual([1, 5, 25, 125, 360, 360])
  rests.answered('a', undefined)
  rests.release('a')
  expect(restMinutes()).toBe(1)
})

test('an account whose usage is spent rests, whether a request was refused or not, until it answers', () => {
  const {clock, observe, rests} = start()

  const rest = observe({source: 'usage'}, {usedPercent: 100, resetsAtMs: NOW_MS + HOUR_MS})
  expect(rest).toEqual({
    reason: 'usage_limit',
    untilMs: NOW_MS + HOUR_MS,
    source: 'usage',
    learnedAtMs: NOW_MS,
    refusals: 1,
  })

  clock.nowMs += 1
  rests.answered('a', rest)
  expect(rests.get('a')).toBeUndefined()
})

test('newer usage says better until when a spent account rests, and nothing of other reasons', () => {
  const week = {usedPercent: 100, windowSeconds: WEEK, resetsAtMs: NOW_MS + 5 * DAY_MS}
  const reading = {source: 'usage', limitReached: true, takenAtMs: NOW_MS + 1000} as const
  const {observe, rests} = startResting()
  expect(observe(reading, week)).toMatchObject({source: 'refusal', untilMs: NOW_MS + 5 * DAY_MS})

  const other = start()
  other.rests.note('a', {untilMs: NOW_MS + HOUR_MS, reason: 'deactivated'})
  expect(other.observe(reading, week)?.untilMs).toBe(NOW_MS + HOUR_MS)

  // Seconds that two clocks differ by are no news.
  const almost = {...week, resetsAtMs: NOW_MS + HOUR_MS + 2000}
  expect(startResting().observe(reading, almost)?.untilMs).toBe(NOW_MS + HOUR_MS)
  expect(rests.get('a')?.learnedAtMs).toBe(NOW_MS)
})

test('an account is back when the last of its spent windows has reset', () => {
  const {book, rests} = start()
  const full = {usedPercent: 100}
  const windows = [
    {...full, resetsAtMs: NOW_MS + HOUR_MS},
    {...full, windowSeconds: WEEK, resetsAtMs: NOW_MS + HOUR_MS + 1},
    {windowSeconds: 4 * WEEK, resetsAtMs: NOW_MS + HOUR_MS + 2},
  ]
  book.update('a', createReading({source: 'usage'}, ...windows))

  expect(rests.get('a')?.untilMs).toBe(NOW_MS + HOUR_MS + 1)
})
