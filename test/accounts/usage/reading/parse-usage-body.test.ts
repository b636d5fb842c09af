import {expect, test} from 'vitest'
import {parseUsageBody} from '../../../../src/accounts/usage/reading/parse-usage-body.ts'
import {NOW_MS} from '../../../support/engine/create-backend.ts'

const TAKEN = {takenAtMs: NOW_MS, source: 'usage'}

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
    code_review_rate_limit: {primary_window: toWindow(1, 604_800, 5)},
    additional_rate_limits: [
      {
        limit_name: 'GPT-5.3-Codex-Spark',
        metered_feature: 'codex_bengalfox',
        rate_limit: {primary_window: toWindow(5, 2_592_000, 10)},
      },
    ],
    credits: {has_credits: true, unlimited: false, balance: '12.5'},
    rate_limit_reset_credits: {available_count: 2, applicable_available_count: 1},
    spend_control: {
      reached: false,
      individual_limit: {limit: '10', used_percent: 40, reset_after_seconds: 100},
    },
  }

  expect(parseUsageBody(body, NOW_MS)).toEqual({
    ...TAKEN,
    limitReached: false,
    plan: 'plus',
    credits: {hasCredits: true, unlimited: false, balance: 12.5},
    resetCredits: 2,
    spendControl: {reached: false, usedPercent: 40, resetsAtMs: NOW_MS + 100_000},
    windows: [
      {
        limit: 'codex',
        windowSeconds: 604_800,
        usedPercent: 12,
        resetsAtMs: NOW_MS + 3_600_000,
        ...TAKEN,
      },
      {
        limit: 'codex',
        windowSeconds: 18_000,
        usedPercent: 30,
        resetsAtMs: NOW_MS + 60_000,
        ...TAKEN,
      },
      {
        limit: 'code review',
        windowSeconds: 604_800,
        usedPercent: 1,
        resetsAtMs: NOW_MS + 5000,
        ...TAKEN,
      },
      {
        limit: 'GPT-5.3-Codex-Spark',
        limitId: 'codex_bengalfox',
        windowSeconds: 2_592_000,
        usedPercent: 5,
        resetsAtMs: NOW_MS + 10_000,
        ...TAKEN,
      },
    ],
  })
})

test('without a duration, the point in time counts', () => {
  const window = {used_percent: 100, limit_window_seconds: 18_000, reset_at: 1_795_166_710}

  expect(
    parseUsageBody({rate_limit: {limit_reached: true, primary_window: window}}, NOW_MS),
  ).toMatchObject({limitReached: true, windows: [{resetsAtMs: 1_795_166_710_000}]})
})

test('the type of the limit that is reached says that it is', () => {
  const body = {rate_limit: null, rate_limit_reached_type: {type: 'rate_limit_reached'}}

  expect(parseUsageBody(body, NOW_MS)).toMatchObject({
    limitReached: true,
    reachedType: 'rate_limit_reached',
  })
})

test.each([
  {rate_limit: null, additional_rate_limits: null},
  {rate_limit: {primary_window: null, secondary_window: toWindow(0, 0, 0)}},
  {rate_limit: {primary_window: {used_percent: 'a lot', limit_window_seconds: 18_000}}},
])('an account without limits we can read has no windows', (body) => {
  expect(parseUsageBody(body, NOW_MS)?.windows).toEqual([])
})

test.each([undefined, null, [], 'text', {}, {detail: 'Forbidden'}, {error: {message: 'No'}}])(
  'an answer of %j says nothing',
  (body) => {
    expect(parseUsageBody(body, NOW_MS)).toBeUndefined()
  },
)
