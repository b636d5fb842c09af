import {expect, test} from 'vitest'
import {toLocalTime} from '../../../src/base/local-time.ts'
import {wordAdvice, wordError} from '../../../src/responses/refusal/word-error.ts'
import {
  AccountUnavailableError,
  LoginFailedError,
  NetworkError,
  UsageLimitReachedError,
} from '../../../src/errors.ts'

const AT_MS = Date.UTC(2026, 10, 21, 14, 3)

test('the advice of an error becomes one sentence in the words of the host', () => {
  const advice = ['raise_ceiling', 'add_account'] as const
  const error = new AccountUnavailableError('Nobody answers.', {resetsAtMs: undefined, advice})

  expect(wordError(error, {add_account: 'press the button'})).toBe(
    'Nobody answers. Raise or lift its ceiling, or press the button.',
  )
})

test('what a host has no words for is not said', () => {
  expect(wordError(new LoginFailedError('It failed.'))).toBe('It failed.')
  expect(wordAdvice(new NetworkError('No connection.'), {log_in: 'log in'})).toBeUndefined()
})

test.each([
  [AT_MS, `The limit is reached. Try again after ${toLocalTime(AT_MS)}.`],
  [undefined, 'The limit is reached. Try again later.'],
])('waiting says until when, where that is known (%s)', (resetsAtMs, sentence) => {
  const error = new UsageLimitReachedError('The limit is reached.', {resetsAtMs, advice: ['wait']})

  expect(wordError(error)).toBe(sentence)
})
