import {expect, test} from 'vitest'
import {toAlmaAccount} from '../../../src/hosts/alma/alma-accounts.ts'
import {ACCOUNT, NOW_MS} from '../../support/create-backend.ts'

const RESET_MS = NOW_MS + 3_600_000

test('a card shows what is left, and when it is full again', () => {
  const usage = {
    windows: [{name: 'codex (5 h)', usedPercent: 12, resetsAtMs: RESET_MS}],
    limitReached: false,
    takenAtMs: NOW_MS,
  }

  expect(toAlmaAccount(ACCOUNT, {usage})).toEqual({
    id: 'user-1:account-1',
    email: 'ada@example.com',
    label: 'ChatGPT Plus',
    quota: {
      models: [{name: 'codex (5 h)', percentage: 88, resetTime: '2026-11-20T13:00:00.000Z'}],
      lastUpdated: NOW_MS,
    },
  })
})

test('an account is back when the last of its spent windows has reset', () => {
  const usage = {
    windows: [
      {name: 'codex (5 h)', usedPercent: 100, resetsAtMs: RESET_MS},
      {name: 'codex (weekly)', usedPercent: 100, resetsAtMs: RESET_MS + 1},
      {name: 'codex (monthly)', usedPercent: 50, resetsAtMs: RESET_MS + 2},
    ],
    limitReached: true,
    takenAtMs: NOW_MS,
  }

  expect(toAlmaAccount(ACCOUNT, {usage})).toMatchObject({
    isRateLimited: true,
    rateLimitResetAt: RESET_MS + 1,
  })
})

test('nothing known about the usage is nothing shown', () => {
  expect(toAlmaAccount(ACCOUNT, {})).not.toHaveProperty('quota')
})

test('a login that ended says so on its card', () => {
  const ended = {...ACCOUNT, loginRequired: {reason: 'expired', sinceMs: NOW_MS}} as const

  expect(toAlmaAccount(ended, {}).label).toBe('ChatGPT Plus (press Connect to sign in again)')
})

test('a plan of several words is readable', () => {
  const account = {...ACCOUNT, plan: 'self_serve_business'}

  expect(toAlmaAccount(account, {}).label).toBe('ChatGPT Self Serve Business')
})

test('an account that rests says until when, whatever its windows say', () => {
  const usage = {windows: [], limitReached: false, takenAtMs: NOW_MS}

  expect(
    toAlmaAccount(ACCOUNT, {usage, rest: {reason: 'usage_limit', untilMs: RESET_MS}}),
  ).toMatchObject({
    isRateLimited: true,
    rateLimitResetAt: RESET_MS,
  })
})
