import {expect, test} from 'vitest'
import {parseUsageEvent} from '../../../../src/accounts/usage/reading/parse-usage-event.ts'
import {NOW_MS} from '../../../support/engine/create-backend.ts'

const TAKEN = {takenAtMs: NOW_MS, source: 'event'}
const PRIMARY = {used_percent: 100, window_minutes: 300, reset_after_seconds: 5400, reset_at: 1}

test('reads the windows, the additional limits and the credits', () => {
  const event = {
    type: 'codex.rate_limits',
    plan_type: 'plus',
    rate_limits: {allowed: false, limit_reached: true, primary: PRIMARY, secondary: null},
    code_review_rate_limits: null,
    additional_rate_limits: {'GPT-5.3-Codex-Spark': {primary: {...PRIMARY, used_percent: 3}}},
    credits: {has_credits: false, unlimited: false, balance: null},
    promo: null,
  }

  expect(parseUsageEvent(event, NOW_MS)).toEqual({
    ...TAKEN,
    windows: [
      {
        limit: 'codex',
        windowSeconds: 18_000,
        usedPercent: 100,
        resetsAtMs: NOW_MS + 5_400_000,
        ...TAKEN,
      },
      {
        limit: 'GPT-5.3-Codex-Spark',
        windowSeconds: 18_000,
        usedPercent: 3,
        resetsAtMs: NOW_MS + 5_400_000,
        ...TAKEN,
      },
    ],
    limitReached: true,
    plan: 'plus',
    credits: {hasCredits: false, unlimited: false},
  })
})

test.each([
  [{metered_limit_name: 'codex_bengalfox'}, {limit: 'codex_bengalfox', limitId: 'codex_bengalfox'}],
  [
    {limit_name: 'Spark', metered_limit_name: 'x'},
    {limit: 'Spark', limitId: 'x'},
  ],
])('an event that names another limit (%j) is about that one alone', (name, limit) => {
  const event = {...name, rate_limits: {limit_reached: true, primary: PRIMARY}}

  const reading = parseUsageEvent(event, NOW_MS)

  expect(reading.windows).toMatchObject([limit])
  expect(reading).not.toHaveProperty('limitReached')
})

test('an event without anything to read has no windows', () => {
  expect(parseUsageEvent({rate_limits: 7}, NOW_MS)).toEqual({...TAKEN, windows: []})
})
