import {expect, test} from 'vitest'
import {
  toEndedRestChange,
  toRestChange,
  toStatusRest,
  withoutEndedRest,
} from '../../../src/accounts/directories/status-rest.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createUsage, createWindow} from '../../support/accounts/create-usage.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const FREE = createUsage({checkedAtMs: NOW_MS})

test('what the file says is a rest, with its time and its strength', () => {
  const told = {cooldownUntilMs: NOW_MS + 5, lastQuotaAtMs: NOW_MS, consecutiveFailures: 2}

  expect(toStatusRest(told)).toEqual({
    reason: 'usage_limit',
    untilMs: NOW_MS + 5,
    source: 'file',
    learnedAtMs: NOW_MS,
    refusals: 2,
  })
  expect(toStatusRest({lastQuotaAtMs: NOW_MS})).toBeUndefined()
})

test('the file says of a login that was refused that it was, and since when', () => {
  const told = {
    cooldownUntilMs: NOW_MS + DAY_MS,
    lastAttemptAtMs: NOW_MS,
    lastQuotaAtMs: NOW_MS - DAY_MS,
    lastError: 'auth_failed',
    consecutiveFailures: 1,
  }
  const later = createUsage({checkedAtMs: NOW_MS + MINUTE_MS})

  expect(toStatusRest(told)).toMatchObject({reason: 'rejected', learnedAtMs: NOW_MS})
  expect(withoutEndedRest(told, FREE)).toEqual(told)
  expect(withoutEndedRest(told, later)).not.toHaveProperty('cooldownUntilMs')
  expect(toRestChange(told, undefined, NOW_MS)).toEqual({
    cooldownUntilMs: null,
    lastError: null,
    consecutiveFailures: null,
  })
})

test('usage that was asked for after a cooldown was written takes it back', () => {
  const told = {
    cooldownUntilMs: NOW_MS + 5 * DAY_MS,
    lastQuotaAtMs: NOW_MS - 2 * DAY_MS,
    lastError: 'usage_limit_reached',
    consecutiveFailures: 1,
  }

  expect(withoutEndedRest(told, FREE)).toEqual({
    lastQuotaAtMs: NOW_MS - 2 * DAY_MS,
    consecutiveFailures: 1,
  })
  expect(toEndedRestChange(told, FREE)).toEqual({cooldownUntilMs: null, lastError: null})
  expect(withoutEndedRest({cooldownUntilMs: NOW_MS + 5 * DAY_MS}, FREE)).toEqual({})
})

test.each([
  ['is not known', undefined],
  ['was never asked for', createUsage()],
  ['was asked for before', createUsage({checkedAtMs: NOW_MS - 2 * DAY_MS - 1})],
  ['may lag', createUsage({checkedAtMs: NOW_MS - 2 * DAY_MS + 59_999})],
  ['is full', createUsage({checkedAtMs: NOW_MS, windows: [createWindow({usedPercent: 100})]})],
])('usage that %s takes nothing back', (_name, usage) => {
  const told = {cooldownUntilMs: NOW_MS + 5 * DAY_MS, lastQuotaAtMs: NOW_MS - 2 * DAY_MS}

  expect(withoutEndedRest(told, usage)).toEqual(told)
  expect(toEndedRestChange(told, usage)).toEqual({})
})

test('who was refused several times in a row is believed to have no quota for longer', () => {
  const told = {cooldownUntilMs: NOW_MS + DAY_MS, lastQuotaAtMs: NOW_MS - 4 * MINUTE_MS}

  expect(withoutEndedRest({...told, consecutiveFailures: 1}, FREE)).not.toEqual(told)
  expect(toEndedRestChange({...told, consecutiveFailures: 2}, FREE)).toEqual({})
})
