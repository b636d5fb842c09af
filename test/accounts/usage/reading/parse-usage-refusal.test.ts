import {expect, test} from 'vitest'
import {toUsageReading} from '../../../../src/accounts/usage/reading/parse-usage-refusal.ts'
import type {LimitName} from '../../../../src/accounts/usage/reading/read-usage-window.ts'
import {toJsonObject} from '../../../../src/base/json-object.ts'
import {parseFailure} from '../../../../src/responses/refusal/read-refusal.ts'
import {NOW_MS} from '../../../support/engine/create-backend.ts'

const ERROR = {
  type: 'usage_limit_reached',
  message: 'The usage limit has been reached',
  plan_type: 'pro',
  resets_at: 1_795_166_710,
  limit_window_minutes: 10_080,
  resets_in_seconds: 478_613,
}
const UNTIL_MS = NOW_MS + 478_613_000

function read(body: unknown, activeLimit?: LimitName) {
  const refusal = parseFailure(toJsonObject(body), NOW_MS)
  return toUsageReading(refusal, {takenAtMs: NOW_MS, activeLimit})
}

test.each([
  {error: ERROR},
  {detail: ERROR},
  {type: 'response.failed', response: {error: {...ERROR, type: undefined, code: ERROR.type}}},
])('the window that a refusal names is full', (body) => {
  expect(read(body)).toEqual({
    source: 'refusal',
    takenAtMs: NOW_MS,
    windows: [
      {
        limit: 'codex',
        windowSeconds: 604_800,
        usedPercent: 100,
        resetsAtMs: UNTIL_MS,
        takenAtMs: NOW_MS,
        source: 'refusal',
      },
    ],
    limitReached: true,
    reachedUntilMs: UNTIL_MS,
    plan: 'pro',
  })
})

test('a refusal of one model leaves the others alone', () => {
  const activeLimit = {limit: 'Spark', limitId: 'codex_bengalfox'}

  const reading = read({error: ERROR}, activeLimit)

  expect(reading?.windows).toMatchObject([activeLimit])
  expect(reading).not.toHaveProperty('limitReached')
})

test('a workspace without credits has reached its limit without a window', () => {
  const error = {type: 'workspace_owner_credits_depleted'}

  expect(read({error})).toEqual({
    source: 'refusal',
    takenAtMs: NOW_MS,
    windows: [],
    limitReached: true,
    reachedType: 'workspace_owner_credits_depleted',
  })
})

test.each([undefined, 'text', {error: {type: 'rate_limit_exceeded'}}, {detail: 'Not Found'}])(
  'a refusal of %j is about something else',
  (body) => {
    expect(read(body)).toBeUndefined()
  },
)
