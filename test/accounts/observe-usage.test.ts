import {expect, test} from 'vitest'
import {createAccountLimits} from '../../src/accounts/account-limits.ts'
import {observeUsage} from '../../src/accounts/observe-usage.ts'
import {createUsageBook} from '../../src/accounts/usage-book.ts'
import type {UsageReading} from '../../src/accounts/usage.ts'
import {NOW_MS} from '../support/create-backend.ts'
import {createReading} from '../support/create-usage.ts'

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

test('usage that the user asked for is believed at once', () => {
  const asked = createReading({...FREE, takenAtMs: NOW_MS + 1, isTrusted: true}, {usedPercent: 0})

  expect(startResting().observe(asked)).toBe(false)
})
