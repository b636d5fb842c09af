import {expect, test} from 'vitest'
import {toAccountLabel} from '../../src/accounts/account.ts'

test('an account is called by its email, else by the beginning of its id', () => {
  expect(toAccountLabel({id: 'user-1234567890:account-1', email: 'ada@example.com'})).toBe(
    'ada@example.com',
  )
  expect(toAccountLabel({id: 'user-1234567890:account-1'})).toBe('user-123')
})
