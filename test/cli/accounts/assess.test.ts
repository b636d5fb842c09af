import {expect, test} from 'vitest'
import {assessAll} from '../../../src/cli/accounts/assess.ts'
import {createRecord, NOW_MS} from '../../support/cao/create-record.ts'

const THRESHOLDS = {expiresWithinHours: 24, maxFailures: 3}

test('two folders with one ChatGPT account are a warning at the second', () => {
  const records = [
    createRecord('work'),
    createRecord('copy', {accountId: 'account-work', email: 'work@example.com'}),
    createRecord('family', {accountId: 'account-work', email: 'family@example.com'}),
  ]

  expect(assessAll(records, THRESHOLDS, NOW_MS)).toEqual([
    {
      account: 'copy',
      severity: 'warn',
      code: 'same_account',
      message:
        'It is the same ChatGPT account as work, so the two share one quota. Remove one of them.',
    },
  ])
})

test.each([
  [[], 'warn', 'The access token expired 1h ago. The next use renews it.'],
  [['no refresh token'], 'error', 'The access token expired 1h ago.'],
])('a token that has expired, with the limits %j, is %s', (loginLimits, severity, message) => {
  const record = createRecord('work', {tokenExpiresAtMs: NOW_MS - 3_600_000, loginLimits})

  expect(assessAll([record], THRESHOLDS, NOW_MS)).toContainEqual({
    account: 'work',
    severity,
    code: 'token_expired',
    message,
  })
})
