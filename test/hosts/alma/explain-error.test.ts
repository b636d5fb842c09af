import {expect, test} from 'vitest'
import {LoginFailedError, NetworkError, type CodexError} from '../../../src/errors.ts'
import {explainError, explainLoginError} from '../../../src/hosts/alma/explain-error.ts'
import {toLoginRequiredError} from '../../../src/oauth/login-required.ts'

test.each<[CodexError, string]>([
  [
    toLoginRequiredError('not_connected'),
    'No ChatGPT account is logged in. Press Connect in Settings > Providers to log in.',
  ],
  [
    toLoginRequiredError('expired'),
    'Token refresh failed: the login has expired. Press Connect again to log in.',
  ],
  [
    toLoginRequiredError('deactivated'),
    'Token refresh failed: the account or workspace was deactivated by OpenAI or its owner. Log in with another account.',
  ],
  [new NetworkError('No connection.'), 'No connection.'],
])('%s says what to press', (error, sentence) => {
  expect(explainError(error)).toBe(sentence)
})

test.each<[CodexError, string]>([
  [new NetworkError('No connection.'), 'No connection. Press Connect to try again.'],
  [new LoginFailedError('You gave up.'), 'You gave up. Press Connect to try again.'],
])('a login that did not succeed can be tried again: %s', (error, sentence) => {
  expect(explainLoginError(error)).toBe(sentence)
})
