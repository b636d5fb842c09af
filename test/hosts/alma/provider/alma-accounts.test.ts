import {expect, test} from 'vitest'
import {toLocalTime} from '../../../../src/base/local-time.ts'
import {toAlmaAccount} from '../../../../src/hosts/alma/provider/alma-accounts.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createUsage, createWindow, WEEK} from '../../../support/accounts/create-usage.ts'

const RESET_MS = NOW_MS + 3_600_000
const nowMs = NOW_MS

test('a card shows what is left, and when it is full again', () => {
  const spark = createWindow({limit: 'GPT-5.3-Codex-Spark', windowSeconds: WEEK})
  const usage = createUsage({windows: [createWindow({usedPercent: 12}), spark]})

  expect(toAlmaAccount(ACCOUNT, {usage, nowMs})).toEqual({
    id: 'user-1:account-1',
    email: 'ada@example.com',
    label: 'ChatGPT Plus',
    quota: {
      models: [
        {name: 'codex (5 h)', percentage: 88, resetTime: '2026-11-20T13:00:00.000Z'},
        {
          name: 'GPT-5.3-Codex-Spark (weekly)',
          percentage: 90,
          resetTime: '2026-11-20T13:00:00.000Z',
        },
      ],
      lastUpdated: NOW_MS,
    },
  })
})

test('a window that has not started would be full again after its length', () => {
  const {resetsAtMs: _, ...window} = createWindow({usedPercent: 0})

  const {quota} = toAlmaAccount(ACCOUNT, {usage: createUsage({windows: [window]}), nowMs})

  expect(quota?.models).toEqual([
    {name: 'codex (5 h)', percentage: 100, resetTime: '2026-11-20T17:00:00.000Z'},
  ])
})

test('nothing known about the usage is nothing shown', () => {
  expect(toAlmaAccount(ACCOUNT, {nowMs})).not.toHaveProperty('quota')
})

test('a login that ended says so on its card', () => {
  const ended = {...ACCOUNT, loginRequired: {reason: 'expired', sinceMs: NOW_MS}} as const

  expect(toAlmaAccount(ended, {nowMs}).label).toBe('ChatGPT Plus (press Connect again to log in)')
})

test('a login without a refresh token says on its card until when it works', () => {
  const tokens = {...ACCOUNT.tokens, refreshToken: '', expiresAtMs: NOW_MS + 1}
  const account = {...ACCOUNT, tokens}

  expect(toAlmaAccount(account, {nowMs}).label).toBe(
    `ChatGPT Plus, works until ${toLocalTime(NOW_MS)}, and cannot be renewed`,
  )
  expect(toAlmaAccount(account, {nowMs: NOW_MS + 1}).label).toBe(
    'ChatGPT Plus (press Connect again to log in)',
  )
})

test('a plan of several words is readable', () => {
  const account = {...ACCOUNT, plan: 'self_serve_business'}

  expect(toAlmaAccount(account, {nowMs}).label).toBe('ChatGPT Business')
})

test.each([
  [{hasCredits: true, unlimited: false, balance: 12.5}, 'ChatGPT Plus, 12.5 credits'],
  [{hasCredits: true, unlimited: true}, 'ChatGPT Plus, unlimited credits'],
  [{hasCredits: false, unlimited: false, balance: 0}, 'ChatGPT Plus'],
])('credits of %j are on the card', (credits, label) => {
  expect(toAlmaAccount(ACCOUNT, {usage: createUsage({credits}), nowMs}).label).toBe(label)
})

test('the plan is the one that an answer told, which may be newer than the login', () => {
  expect(toAlmaAccount(ACCOUNT, {usage: createUsage({plan: 'pro'}), nowMs}).label).toBe(
    'ChatGPT Pro',
  )
})

test('an account that rests says until when, whatever its windows say', () => {
  expect(
    toAlmaAccount(ACCOUNT, {
      usage: createUsage(),
      rest: {reason: 'usage_limit', untilMs: RESET_MS},
      nowMs,
    }),
  ).toMatchObject({isRateLimited: true, rateLimitResetAt: RESET_MS})
})

test('an account that rests for another reason says why on its card', () => {
  const rest = {reason: 'deactivated', untilMs: RESET_MS} as const

  expect(toAlmaAccount(ACCOUNT, {rest, nowMs}).label).toBe(
    'ChatGPT Plus (was deactivated by OpenAI or its owner)',
  )
})

test('a paused account, and one that was deactivated, say so on their cards', () => {
  const loginRequired = {reason: 'deactivated', sinceMs: NOW_MS} as const

  expect(toAlmaAccount(ACCOUNT, {isPaused: true, nowMs}).label).toBe('ChatGPT Plus (paused)')
  expect(toAlmaAccount({...ACCOUNT, loginRequired}, {nowMs}).label).toBe(
    'ChatGPT Plus (was deactivated by OpenAI or its owner)',
  )
})
