import {expect, test} from 'vitest'
import {parseUsage, toWindowLabel} from '../../src/accounts/usage.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12)

function toWindow(usedPercent: number, lengthSeconds: number, resetAfterSeconds: number) {
  return {
    used_percent: usedPercent,
    limit_window_seconds: lengthSeconds,
    reset_after_seconds: resetAfterSeconds,
    reset_at: 1,
  }
}

test('windows are known by their length, and reset by our clock', () => {
  const body = {
    plan_type: 'plus',
    rate_limit: {
      allowed: true,
      limit_reached: false,
      primary_window: toWindow(12, 604_800, 3600),
      secondary_window: toWindow(30, 18_000, 60),
    },
    additional_rate_limits: [
      {limit_name: 'GPT-5.3-Codex-Spark', rate_limit: {primary_window: toWindow(5, 2_592_000, 10)}},
    ],
  }

  expect(parseUsage(body, NOW_MS)).toEqual({
    limitReached: false,
    takenAtMs: NOW_MS,
    windows: [
      {name: 'codex (weekly)', usedPercent: 12, resetsAtMs: NOW_MS + 3_600_000},
      {name: 'codex (5 h)', usedPercent: 30, resetsAtMs: NOW_MS + 60_000},
      {name: 'GPT-5.3-Codex-Spark (monthly)', usedPercent: 5, resetsAtMs: NOW_MS + 10_000},
    ],
  })
})

test('without a duration, the point in time counts', () => {
  const window = {used_percent: 100, limit_window_seconds: 18_000, reset_at: 1_795_166_710}

  expect(parseUsage({rate_limit: {limit_reached: true, primary_window: window}}, NOW_MS)).toEqual({
    limitReached: true,
    takenAtMs: NOW_MS,
    windows: [{name: 'codex (5 h)', usedPercent: 100, resetsAtMs: 1_795_166_710_000}],
  })
})

test.each([
  {rate_limit: null, additional_rate_limits: null},
  {rate_limit: {primary_window: null, secondary_window: toWindow(0, 0, 0)}},
  {rate_limit: {primary_window: {used_percent: 'a lot', limit_window_seconds: 18_000}}},
  {},
])('an account without limits we can read has no windows', (body) => {
  expect(parseUsage(body, NOW_MS)?.windows).toEqual([])
})

test.each([undefined, null, [], 'text'])('an answer of %j says nothing', (body) => {
  expect(parseUsage(body, NOW_MS)).toBeUndefined()
})

test.each([
  [18_000, '5 h'],
  [3599, '1 h'],
  [86_400, '1 d'],
  [604_800, 'weekly'],
  [2_592_000, 'monthly'],
  [2_678_400, 'monthly'],
])('a window of %i seconds is called %s', (seconds, label) => {
  expect(toWindowLabel(seconds)).toBe(label)
})
