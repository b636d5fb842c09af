import {expect, test} from 'vitest'
import {AccountUnavailableError, UsageLimitReachedError} from '../../../src/errors.ts'
import {toErrorResponse} from '../../../src/responses/refusal/error-response.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'

/** @see {@link https://github.com/Soju06/codex-lb/issues/1246} */
test('a spent quota says when it is back, in the body and in the header that every client knows', async () => {
  const response = toErrorResponse(new UsageLimitReachedError('Spent.', {resetsAtMs: NOW_MS}))

  expect(response.status).toBe(429)
  expect(response.headers.get('retry-after')).toBe('Fri, 20 Nov 2026 12:00:00 GMT')
  expect(await response.json()).toEqual({
    error: {
      message: 'Spent.',
      type: 'usage_limit_reached',
      code: 'usage_limit_reached',
      resets_at: NOW_MS / 1000,
    },
  })
})

/** @see {@link https://github.com/Soju06/codex-lb/issues/1092} */
test('accounts that may not be used are no spent quota', async () => {
  const error = new AccountUnavailableError('Paused.', {resetsAtMs: undefined})

  const response = toErrorResponse(error)

  expect(response.status).toBe(403)
  expect(response.headers.get('retry-after')).toBeNull()
  expect(await response.json()).toMatchObject({error: {code: 'ERR_ACCOUNT_UNAVAILABLE'}})
})

test('a ceiling says when it is over', () => {
  const error = new AccountUnavailableError('Above.', {resetsAtMs: NOW_MS})

  expect(toErrorResponse(error).headers.get('retry-after')).toBe('Fri, 20 Nov 2026 12:00:00 GMT')
})

test('a reset that is no time is not told', () => {
  const response = toErrorResponse(new UsageLimitReachedError('Spent.', {resetsAtMs: 1e300}))

  expect(response.headers.get('retry-after')).toBeNull()
})
