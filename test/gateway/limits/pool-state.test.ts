import {expect, test} from 'vitest'
import type {KnownAccount} from '../../../src/accounts/choice/describe-account.ts'
import {
  toLimitHeaders,
  toLimitsEvent,
  toUsageBody,
} from '../../../src/gateway/limits/limit-formats.ts'
import {toPoolState} from '../../../src/gateway/limits/pool-state.ts'
import {createRest} from '../../support/accounts/create-rest.ts'
import {createUsage, createWindow, FIVE_HOURS, WEEK} from '../../support/accounts/create-usage.ts'
import {ACCOUNT, NOW_MS} from '../../support/engine/create-backend.ts'

const HOUR_MS = 3_600_000
const PREFERENCE = {priority: 0, isPaused: false, ceilings: []}

/** An account with a five-hour window that resets in so many hours. */
function know(id: string, usedPercent: number, fields: Partial<KnownAccount> = {}): KnownAccount {
  const resetsAtMs = NOW_MS + 2 * HOUR_MS
  return {
    account: {...ACCOUNT, id, chatgptAccountId: id},
    preference: PREFERENCE,
    usage: createUsage({windows: [createWindow({usedPercent, resetsAtMs})]}),
    ...fields,
  }
}

function put(...known: readonly KnownAccount[]) {
  return toPoolState(known, {nowMs: NOW_MS})
}

test('each window is the mean over the accounts, and one that rests counts as used up until it is back', () => {
  const rest = createRest(NOW_MS + 5 * HOUR_MS)

  const {isAllowed, windows} = put(know('a', 40, {rest}), know('b', 10), know('c', 20))

  expect(isAllowed).toBe(true)
  expect(windows).toEqual([
    {windowSeconds: FIVE_HOURS, usedPercent: 43, resetsAtMs: NOW_MS + 2 * HOUR_MS},
  ])
})

test('when all rest, the windows are full until the first account is back', () => {
  const untilHours = (hours: number) => ({rest: createRest(NOW_MS + hours * HOUR_MS)})

  const {isAllowed, windows} = put(know('a', 100, untilHours(30)), know('b', 3, untilHours(9)))

  expect(isAllowed).toBe(false)
  expect(windows).toMatchObject([{usedPercent: 100, resetsAtMs: NOW_MS + 9 * HOUR_MS}])
})

test('accounts that only the user can bring back are not counted as long as there are others', () => {
  const paused = know('a', 90, {preference: {...PREFERENCE, isPaused: true}})
  const ended = know('b', 80, {
    account: {...ACCOUNT, id: 'b', loginRequired: {reason: 'expired', sinceMs: NOW_MS}},
  })

  expect(put(paused, ended, know('c', 20)).windows).toMatchObject([{usedPercent: 20}])
  expect(put(paused, ended)).toMatchObject({isAllowed: false, windows: [{usedPercent: 100}]})
})

test('windows are known by their length, the shortest first, and limits of single models stand beside them', () => {
  const spark = {limit: 'GPT-5.3-Codex-Spark', limitId: 'codex_bengalfox', usedPercent: 50}
  const usage = createUsage({
    windows: [createWindow({windowSeconds: WEEK, usedPercent: 8}), createWindow(spark)],
  })

  const state = put(know('a', 10), know('b', 0, {usage}))

  expect(state.windows.map(({usedPercent, windowSeconds}) => [windowSeconds, usedPercent])).toEqual(
    [
      [FIVE_HOURS, 10],
      [WEEK, 8],
    ],
  )
  expect(state.additional).toMatchObject([
    {name: 'GPT-5.3-Codex-Spark', id: 'codex_bengalfox', windows: [{usedPercent: 50}]},
  ])
})

test('credits are those of the accounts that can answer', () => {
  const credits = {hasCredits: true, unlimited: false, balance: 5}
  const usage = createUsage({credits})
  const rest = createRest(NOW_MS + HOUR_MS)

  expect(put(know('a', 0), know('b', 0, {usage, rest})).credits).toBeUndefined()
  expect(put(know('a', 0, {usage}), know('b', 0, {usage})).credits).toMatchObject({balance: 10})
})

test('the plan is that of the account the client is logged in with', () => {
  const known = [
    know('a', 0),
    {...know('b', 0), account: {...ACCOUNT, id: 'b', plan: 'pro', chatgptAccountId: 'of-b'}},
  ]

  const ofBob = toPoolState(known, {chatgptAccountId: 'of-b', nowMs: NOW_MS})
  const ofStranger = toPoolState(known, {chatgptAccountId: 'other', nowMs: NOW_MS})

  expect([ofBob.shown?.plan, ofStranger.shown?.plan, put().shown]).toEqual([
    'pro',
    'plus',
    undefined,
  ])
})

test('headers, event and usage say the same', () => {
  const state = put(know('a', 10), know('b', 30))
  const resetAt = (NOW_MS + 2 * HOUR_MS) / 1000

  expect(toLimitHeaders(state)).toMatchObject({
    'x-codex-plan-type': 'plus',
    'x-codex-primary-used-percent': '20',
    'x-codex-primary-window-minutes': '300',
    'x-codex-primary-reset-at': String(resetAt),
    'x-codex-primary-reset-after-seconds': '7200',
    'x-codex-secondary-used-percent': '0',
    'x-codex-secondary-reset-at': '',
  })
  expect(toLimitsEvent(state)).toMatchObject({
    type: 'codex.rate_limits',
    plan_type: 'plus',
    rate_limits: {
      allowed: true,
      primary: {
        used_percent: 20,
        window_minutes: 300,
        reset_after_seconds: 7200,
        reset_at: resetAt,
      },
      secondary: null,
    },
  })
  expect(toUsageBody(state)).toMatchObject({
    plan_type: 'plus',
    rate_limit: {
      allowed: true,
      primary_window: {
        used_percent: 20,
        limit_window_seconds: FIVE_HOURS,
        reset_after_seconds: 7200,
        reset_at: resetAt,
      },
      secondary_window: null,
    },
  })
})
