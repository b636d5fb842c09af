import {expect, test} from 'vitest'
import {createAccountLimits} from '../../../src/accounts/account-limits.ts'
import {observeUsage} from '../../../src/accounts/usage/observe-usage.ts'
import {createUsageBook} from '../../../src/accounts/usage/usage-book.ts'
import type {UsageReading} from '../../../src/accounts/usage/usage.ts'
import {NOW_MS} from '../../support/create-backend.ts'
import {createReading} from '../../support/create-usage.ts'

const MINUTE_MS = 60_000

/** An account that rests since a refusal. */
function startResting(refusal: Partial<UsageReading> = {}) {
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const limits = createAccountLimits({now})
  const options = {book: createUsageBook({now}), limits}
  const reading = createReading(
    {source: 'refusal', limitReached: true, ...refusal},
    {usedPercent: 100},
  )
  observeUsage('a', reading, options)
  limits.park('a', NOW_MS + 3_600_000)
  const observe = (usage: UsageReading) => {
    clock.nowMs = usage.takenAtMs
    observeUsage('a', usage, options)
    return limits.until('a') !== undefined
  }
  return {observe}
}

const FREE = {source: 'usage', limitReached: false, takenAtMs: NOW_MS + 2 * MINUTE_MS} as const

test('usage that is newer than the refusal frees the account', () => {
  expect(startResting().observe(createReading(FREE, {usedPercent: 10}))).toBe(false)
})

test.each([
  ['is full', createReading({...FREE, limitReached: true}, {usedPercent: 100})],
  ['was asked for before the refusal', createReading({...FREE, askedAtMs: NOW_MS - 1}, {})],
  ['may lag', createReading({...FREE, takenAtMs: NOW_MS + 1000}, {usedPercent: 0})],
  ['says nothing about requests', createReading({source: 'usage', takenAtMs: FREE.takenAtMs})],
  ['is that of an answer', createReading({...FREE, source: 'headers'}, {usedPercent: 10})],
])('usage that %s does not', (_name, reading) => {
  expect(startResting().observe(reading)).toBe(true)
})

test('usage that the user asked for before the refusal frees nobody, not even where no window was named', () => {
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const limits = createAccountLimits({now})
  const reload = {...FREE, takenAtMs: NOW_MS + 50, askedAtMs: NOW_MS - 1, isTrusted: true}
  limits.park('a', NOW_MS + 3_600_000)

  clock.nowMs = NOW_MS + 50
  observeUsage('a', createReading(reload, {usedPercent: 0}), {book: createUsageBook({now}), limits})

  expect(limits.until('a')).toBe(NOW_MS + 3_600_000)
})

/** @see {@link https://github.com/openai/codex/issues/44217} */
test('a wrong refusal with a far reset is taken back by usage, each time it comes again after longer', () => {
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const limits = createAccountLimits({now})
  const book = createUsageBook({now})
  const untilMs = NOW_MS + 5 * 24 * 60 * MINUTE_MS
  /** Minutes after a refusal in which the usage, asked for each minute, frees the account. */
  const restMinutes = () => {
    limits.park('a', untilMs)
    for (let minutes = 1; minutes <= 24 * 60; minutes += 1) {
      clock.nowMs += MINUTE_MS
      const taken = {...FREE, takenAtMs: clock.nowMs}
      observeUsage('a', createReading(taken, {usedPercent: 25}), {book, limits})
      if (limits.until('a') === undefined) return minutes
    }
    return Infinity
  }

  expect([1, 2, 3, 4, 5, 6].map(restMinutes)).toEqual([1, 5, 25, 125, 360, 360])
})

test('usage that the user asked for is believed at once', () => {
  const asked = createReading({...FREE, takenAtMs: NOW_MS + 1, isTrusted: true}, {usedPercent: 0})

  expect(startResting().observe(asked)).toBe(false)
})
