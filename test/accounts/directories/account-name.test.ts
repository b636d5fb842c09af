import {expect, test} from 'vitest'
import {
  chooseAccountName,
  parseAccountName,
} from '../../../src/accounts/directories/account-name.ts'
import {ConfigurationError} from '../../../src/errors.ts'

test('a name is trimmed', () => {
  expect(parseAccountName(' work_1-a ')).toBe('work_1-a')
})

test.each([
  ['', 'Account name cannot be empty.'],
  ['  ', 'Account name cannot be empty.'],
  ['a b', 'Account name must use letters, numbers, underscores, or hyphens only.'],
  ['../x', 'Account name must use letters, numbers, underscores, or hyphens only.'],
  ['ä', 'Account name must use letters, numbers, underscores, or hyphens only.'],
])('%j is refused', (text, message) => {
  expect(() => parseAccountName(text)).toThrow(new ConfigurationError(message))
})

test.each([
  ['Ada.Lovelace+x@example.com', [], 'ada-lovelace-x'],
  ['ada@example.com', ['ADA', 'ada-2'], 'ada-3'],
  ['..@example.com', [], 'account'],
  [undefined, ['account'], 'account-2'],
])('%s beside %j is called %s', (email, taken, name) => {
  expect(chooseAccountName(email, taken)).toBe(name)
})
