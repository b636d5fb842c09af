import {expect, test} from 'vitest'
import {
  changeStatuses,
  EMPTY_STATUSES,
  findStatus,
  parseStatuses,
  removeStatus,
  toStatusesText,
} from '../../../src/accounts/directories/account-status.ts'

function parse(file: unknown) {
  return parseStatuses(JSON.stringify(file))!
}

test('what is known is read, and what makes no sense is left out', () => {
  const good = {
    lastAttemptAtMs: 1,
    lastSuccessAtMs: 2,
    lastQuotaAtMs: 3,
    cooldownUntilMs: 4,
    consecutiveFailures: 5,
    lastError: 'exit_code_1',
  }
  const bad = {
    lastAttemptAtMs: 1e20,
    lastSuccessAtMs: 'x',
    lastQuotaAtMs: null,
    cooldownUntilMs: -1,
    consecutiveFailures: 1.5,
    lastError: 7,
    loginRequired: {reason: 'expired'},
  }
  const statuses = parse({statuses: {good, bad, none: null}})
  expect(findStatus(statuses, 'good')).toEqual(good)
  expect(findStatus(statuses, 'bad')).toEqual({})
  expect(findStatus(statuses, 'none')).toEqual({})
  expect(findStatus(statuses, 'toString')).toEqual({})
  expect(findStatus(parse({statuses: 5}), 'a')).toEqual({})
})

test('a refused login is about one refresh token', () => {
  const loginRequired = {
    reason: 'reused',
    sinceMs: 5,
    refreshTokenHash: 'bd473e5dcdce2510',
    rotatedBy: '/home/ada/.codex',
    rotatedAtMs: 4,
  } as const
  const statuses = changeStatuses(EMPTY_STATUSES, 'a', {loginRequired})
  expect(findStatus(statuses, 'a')).toEqual({loginRequired})
})

test('a change keeps everything that it does not name', () => {
  const before = parse({
    version: 9,
    statuses: {a: {lastError: 'x', future: [1], cooldownUntilMs: 5}, b: {odd: 1e20}},
  })
  const after = changeStatuses(before, 'a', {cooldownUntilMs: null, consecutiveFailures: 1})
  expect(JSON.parse(toStatusesText(after))).toEqual({
    version: 9,
    statuses: {a: {lastError: 'x', future: [1], consecutiveFailures: 1}, b: {odd: 1e20}},
  })
  expect(JSON.parse(toStatusesText(removeStatus(after, 'a')))).toEqual({
    version: 9,
    statuses: {b: {odd: 1e20}},
  })
})

test('an account may be called __proto__', () => {
  const statuses = changeStatuses(EMPTY_STATUSES, '__proto__', {lastError: 'x'})
  const text = toStatusesText(statuses)
  expect(text).toBe(
    '{\n  "statuses": {\n    "__proto__": {\n      "lastError": "x"\n    }\n  }\n}\n',
  )
  expect(findStatus(parseStatuses(text)!, '__proto__')).toEqual({lastError: 'x'})
})

test.each(['', 'null', '[]', '{"statuses":{'])('%j is damaged', (text) => {
  expect(parseStatuses(text)).toBeUndefined()
})
