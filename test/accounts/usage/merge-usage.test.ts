import {expect, test} from 'vitest'
import {mergeUsage} from '../../../src/accounts/usage/merge-usage.ts'
import {isExhausted, type Usage, type UsageReading} from '../../../src/accounts/usage/usage.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createReading, createWindow, WEEK} from '../../support/accounts/create-usage.ts'

const REFUSAL = createReading(
  {source: 'refusal', limitReached: true, reachedUntilMs: NOW_MS + 3_600_000},
  {usedPercent: 100},
)

function merge(first: UsageReading, ...rest: readonly UsageReading[]): Usage {
  let usage = mergeUsage(undefined, first)
  for (const reading of rest) usage = mergeUsage(usage, reading)
  return usage
}

function usedPercents({windows}: Usage): number[] {
  return windows.map(({usedPercent}) => usedPercent)
}

test('of two readings of a window the newer one wins, whichever comes first', () => {
  const older = createReading({}, {usedPercent: 20})
  const newer = createReading({takenAtMs: NOW_MS + 1, source: 'event'}, {usedPercent: 21})

  expect(usedPercents(merge(older, newer))).toEqual([21])
  expect(usedPercents(merge(newer, older))).toEqual([21])
  expect(merge(newer, older).takenAtMs).toBe(NOW_MS + 1)
})

test('windows of other lengths, and of other limits, stay beside each other', () => {
  const week = createReading({takenAtMs: NOW_MS + 1}, {windowSeconds: WEEK, usedPercent: 3})
  const spark = createReading({takenAtMs: NOW_MS + 2}, {limit: 'Spark', usedPercent: 4})

  expect(usedPercents(merge(createReading({}, {}), week, spark))).toEqual([4, 3, 10])
})

test('a limit is the same under its id and under its name, and keeps its name', () => {
  const limitId = 'codex_bengalfox'
  const named = createReading({}, {limit: 'Spark', limitId})
  const byId = createReading({takenAtMs: NOW_MS + 1}, {limit: limitId, limitId, usedPercent: 30})
  const byName = createReading({takenAtMs: NOW_MS + 2}, {limit: 'Spark', usedPercent: 40})

  expect(merge(byId, named).windows).toMatchObject([{limit: 'Spark', limitId, usedPercent: 30}])
  expect(merge(named, byId, byName).windows).toMatchObject([
    {limit: 'Spark', limitId, usedPercent: 40},
  ])
})

test('an answer to a request that was under way when the quota ran out does not undo that', () => {
  const late = createReading(
    {takenAtMs: NOW_MS + 5000, askedAtMs: NOW_MS - 1, limitReached: false},
    {usedPercent: 99},
  )

  expect(usedPercents(merge(REFUSAL, late))).toEqual([100])
  expect(isExhausted(merge(REFUSAL, late))).toBe(true)
})

test('of two refusals of the same moment the one that lasts longer counts', () => {
  const shorter = createReading(
    {
      source: 'refusal',
      takenAtMs: NOW_MS + 10,
      askedAtMs: NOW_MS - 1,
      limitReached: true,
      reachedUntilMs: NOW_MS + 60_000,
    },
    {usedPercent: 100, resetsAtMs: NOW_MS + 60_000},
  )

  for (const usage of [merge(REFUSAL, shorter), merge(REFUSAL, {...shorter, windows: []})]) {
    expect(usage.limitReached?.untilMs).toBe(NOW_MS + 3_600_000)
    expect(usage.windows).toMatchObject([{resetsAtMs: NOW_MS + 3_600_000}])
  }
  expect(merge(REFUSAL, {...shorter, askedAtMs: NOW_MS + 1}).limitReached?.untilMs).toBe(
    NOW_MS + 60_000,
  )
})

test('an answer to a request that was sent afterwards does', () => {
  const next = createReading(
    {takenAtMs: NOW_MS + 5000, askedAtMs: NOW_MS + 1, limitReached: false},
    {usedPercent: 0},
  )

  expect(usedPercents(merge(REFUSAL, next))).toEqual([0])
  expect(isExhausted(merge(REFUSAL, next))).toBe(false)
})

test('only the source that lists every window takes one away by its silence', () => {
  const both = createReading({source: 'usage'}, {}, {windowSeconds: WEEK})
  const taken = {takenAtMs: NOW_MS + 60_000}
  const week = {windowSeconds: WEEK, usedPercent: 50}

  expect(usedPercents(merge(both, createReading(taken, week)))).toEqual([50, 10])
  expect(usedPercents(merge(both, createReading({...taken, source: 'usage'}, week)))).toEqual([50])
})

test('the question for the usage lags: for a minute, what a request was told counts', () => {
  const soon = createReading(
    {source: 'usage', takenAtMs: NOW_MS + 59_999, limitReached: false},
    {usedPercent: 0},
  )
  const later = {...soon, takenAtMs: NOW_MS + 60_000}

  expect(isExhausted(merge(REFUSAL, soon))).toBe(true)
  expect(isExhausted(merge(REFUSAL, {...soon, isTrusted: true}))).toBe(false)
  expect(isExhausted(merge(REFUSAL, later))).toBe(false)
})

test('usage that still says full after a reset is not believed against an answer', () => {
  const answer = createReading({limitReached: false}, {usedPercent: 1})
  const lagging = createReading(
    {source: 'usage', takenAtMs: NOW_MS + 1000, limitReached: true},
    {usedPercent: 100},
  )

  expect(usedPercents(merge(answer, lagging))).toEqual([1])
  expect(isExhausted(merge(answer, lagging))).toBe(false)
})

test('usage that was asked for before the refusal does not undo it, however late it comes', () => {
  const late = createReading(
    {source: 'usage', takenAtMs: NOW_MS + 70_000, askedAtMs: NOW_MS - 1, limitReached: false},
    {usedPercent: 0},
  )

  expect(isExhausted(merge(REFUSAL, late))).toBe(true)
})

test('a limit that no window shows is believed until it says, or for half an hour', () => {
  const depleted = createReading({
    source: 'usage',
    limitReached: true,
    reachedType: 'workspace_owner_credits_depleted',
  })

  expect(merge(createReading({source: 'usage'}, {}), depleted).limitReached).toEqual({
    type: 'workspace_owner_credits_depleted',
    untilMs: NOW_MS + 1_800_000,
    takenAtMs: NOW_MS,
    source: 'usage',
  })
  expect(merge(REFUSAL).limitReached).toMatchObject({untilMs: NOW_MS + 3_600_000})
})

test('plan and credits are those of the newest reading, and stay when it says nothing', () => {
  const first = createReading({plan: 'plus', credits: {hasCredits: false, unlimited: false}})
  const newer = createReading({takenAtMs: NOW_MS + 1, plan: 'pro'})

  expect(merge(first, newer)).toMatchObject({plan: 'pro', credits: {hasCredits: false}})
  expect(merge(newer, first)).toMatchObject({plan: 'pro', credits: {hasCredits: false}})
})

test('no more than forty windows are kept', () => {
  const windows = Array.from({length: 60}, (_, index) => createWindow({limit: `limit ${index}`}))

  expect(merge({source: 'usage', takenAtMs: NOW_MS, windows}).windows).toHaveLength(40)
})
