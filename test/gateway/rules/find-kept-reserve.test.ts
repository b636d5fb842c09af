import {describe, expect, test} from 'vitest'
import type {Usage} from '../../../src/accounts/usage/usage.ts'
import {findKeptReserve} from '../../../src/gateway/rules/find-kept-reserve.ts'
import type {Reserve} from '../../../src/gateway/rules/rules.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12)
const DAY_MS = 86_400_000
const WEEK_SECONDS = 604_800

const FIFTH: Reserve = {
  accountId: 'main',
  windowSeconds: WEEK_SECONDS,
  keepPercent: 20,
  isPaced: false,
  from: 'background',
}

/** A week that resets in so many days. */
function useWeek(usedPercent: number, resetsInDays = 2, windowSeconds = WEEK_SECONDS): Usage {
  const taken = {takenAtMs: NOW_MS, source: 'usage'} as const
  const resetsAtMs = NOW_MS + resetsInDays * DAY_MS
  return {...taken, windows: [{limit: 'codex', windowSeconds, usedPercent, resetsAtMs, ...taken}]}
}

function find(
  reserve: Reserve,
  usage: Usage | undefined,
  {isBackground = true, goOnUntilMs = 0} = {},
) {
  const goOn = [{accountId: 'main', untilMs: goOnUntilMs}]
  return findKeptReserve(
    {reserves: [reserve], goOn},
    {accountId: 'main', isBackground, usage, nowMs: NOW_MS},
  )
}

describe('a fifth of the week that is kept for interactive use', () => {
  test('holds background requests up from there until the reset', () => {
    expect(find(FIFTH, useWeek(79.9))).toBeUndefined()
    expect(find(FIFTH, useWeek(80))).toEqual({
      limit: 'codex',
      windowSeconds: WEEK_SECONDS,
      usedPercent: 80,
      mayUsePercent: 80,
      isPace: false,
      untilMs: NOW_MS + 2 * DAY_MS,
    })
  })

  test('is there for interactive requests', () => {
    expect(find(FIFTH, useWeek(95), {isBackground: false})).toBeUndefined()
  })

  test('is over with the window, and says nothing of other windows', () => {
    expect(find(FIFTH, useWeek(95, -1))).toBeUndefined()
    expect(find(FIFTH, useWeek(95, 0.1, 18_000))).toBeUndefined()
  })

  test('holds nobody up while nothing is known', () => {
    expect(find(FIFTH, undefined)).toBeUndefined()
  })

  test('lets everything through while the user says so', () => {
    expect(find(FIFTH, useWeek(95), {goOnUntilMs: NOW_MS + 1})).toBeUndefined()
    expect(find(FIFTH, useWeek(95), {goOnUntilMs: NOW_MS})).toBeDefined()
  })
})

test('what is kept from everybody is kept from interactive requests too', () => {
  const reserve: Reserve = {...FIFTH, from: 'everybody'}

  expect(find(reserve, useWeek(80), {isBackground: false})).toBeDefined()
})

test('a month is known by its name, however many days it has', () => {
  const reserve = {...FIFTH, windowSeconds: 30 * 86_400}

  expect(find(reserve, useWeek(90, 2, 31 * 86_400))).toBeDefined()
})

describe('pace', () => {
  const paced = {...FIFTH, keepPercent: 0, isPaced: true}

  test('lets through what has its share of the window, and lands at the reset with nothing left', () => {
    expect(find(paced, useWeek(49, 3.5))).toBeUndefined()
    expect(find(paced, useWeek(99, 0.01))).toBeUndefined()
  })

  test('holds up what is ahead until the window has caught up', () => {
    const kept = find(paced, useWeek(75, 3.5))

    expect(kept).toMatchObject({isPace: true, mayUsePercent: 50})
    expect(kept?.untilMs).toBe(NOW_MS + 1.75 * DAY_MS + 1)
  })

  test('does not hold up the first requests of a window', () => {
    expect(find(paced, useWeek(4, 7))).toBeUndefined()
    expect(find(paced, useWeek(5, 7))).toBeDefined()
  })

  test('spreads what is not kept', () => {
    const both = {...paced, keepPercent: 20}

    expect(find(both, useWeek(41, 3.5))).toMatchObject({isPace: true, mayUsePercent: 40})
    expect(find(both, useWeek(80, 0.01))).toMatchObject({isPace: false, mayUsePercent: 80})
  })
})
