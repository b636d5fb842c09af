/**
 * Refusals in the clothes in which the backend, and what stands in front of it, have been seen to send them.
 */
import {expect, test} from 'vitest'
import type {BackendResponseError} from '../../src/errors.ts'
import {readBackendError, toEventError} from '../../src/responses/refusal/backend-error.ts'

const NOW_MS = Date.UTC(2026, 10, 30, 10)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const request = {label: 'ada@example.com', model: 'gpt-5.5', nowMs: NOW_MS}

async function read(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const error = await readBackendError(new Response(text, {status, headers}), request)
  return error as BackendResponseError
}

function toBase64(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64')
}

test.each([
  [{detail: [{loc: ['body', 'input', 0], msg: 'field required'}]}, 'body.input.0: field required.'],
  [
    {
      detail: [
        {loc: ['body'], msg: 'One'},
        {loc: ['body', 'x'], msg: 'Two'},
      ],
    },
    'body: One; body.x: Two.',
  ],
  [{errors: [{message: 'Bad thing'}]}, 'Bad thing.'],
  [{errors: ['Bad thing', 'Worse thing']}, 'Bad thing; Worse thing.'],
  [{message: 'Bad thing'}, 'Bad thing.'],
  [{msg: 'Bad thing'}, 'Bad thing.'],
  [{error: {error: {message: 'Bad thing'}}}, 'Bad thing.'],
  [{error: {message: '{"detail":"Bad thing"}'}}, 'Bad thing.'],
  [{error: 'bad', error_description: 'Bad thing'}, 'bad.'],
  [{error: 'bad_thing', error_description: 'Bad thing'}, 'Bad thing.'],
  [{title: 'Bad Request', status: 400, detail: 'Bad thing'}, 'Bad thing.'],
  [[{error: {message: 'Bad thing'}}], 'Bad thing.'],
  ['Bad thing', 'Bad thing.'],
  ['"Bad thing"', 'Bad thing.'],
  [{detail: {}}, 'The server gave no reason. Try again in a moment.'],
  ['{"error":', '{"error":.'],
])('the words of %j are found', async (body, sentence) => {
  expect((await read(400, body)).message).toBe(sentence)
})

test.each([
  [503, {detail: {code: 'deactivated_workspace'}}, 403],
  [401, {error: {code: 'account_deactivated'}}, 401],
  [429, {error: {type: 'usage_not_included'}}, 403],
  [500, {error: {code: 'insufficient_quota'}}, 402],
  [403, {error: {code: 'token_expired'}}, 401],
  [400, {error: {code: 'rate_limit_exceeded'}}, 429],
  [400, {error: {code: 'server_is_overloaded'}}, 503],
  [502, {error: {code: 'cyber_policy'}}, 400],
  [502, {error: {code: 'context_length_exceeded'}}, 400],
  [401, {error: {code: 'invalid_prompt'}}, 400],
  [529, {error: {code: 'overloaded_error'}}, 529],
  [404, {error: {type: 'invalid_request_error'}}, 404],
  [401, {error: {type: 'invalid_request_error', message: 'No'}}, 401],
  [503, {error: {code: 'unsupported_parameter'}}, 400],
  [500, {error: {code: 'string_above_max_length'}}, 400],
  [403, {error: {code: 'unsupported_country_region_territory'}}, 403],
  [401, {error: {code: 'invalid_api_key'}}, 401],
])('of status %i and %j the code knows better', async (status, body, expected) => {
  expect((await read(status, body)).refusal.status).toBe(expected)
})

test.each([
  [401, {detail: 'Your OpenAI account has been deactivated.'}, 'account_deactivated'],
  [403, {error: {message: 'This workspace was disabled by its owner'}}, 'account_deactivated'],
  [
    401,
    {error: {type: 'authentication_error', message: 'The user is suspended.'}},
    'account_deactivated',
  ],
  [403, {detail: 'Your account was flagged for suspicious activity'}, 'account_deactivated'],
  [403, {detail: 'Access was flagged.'}, 'account_flagged'],
  [403, {detail: 'This prompt was flagged.'}, 'content_policy_violation'],
  [403, {detail: 'Your session has expired, please log in again'}, 'token_invalidated'],
  [403, {detail: 'Codex is not enabled for your plan'}, 'usage_not_included'],
  [
    400,
    {detail: "The 'gpt-6' model is not supported when using Codex with a ChatGPT account."},
    'model_not_supported',
  ],
])('a %i with %j is understood by its words', async (status, body, code) => {
  expect((await read(status, body)).refusal.code).toBe(code)
})

test.each([
  [400, {detail: 'The tool create_user is disabled'}],
  [400, {error: {code: 'invalid_value', message: 'Say “account deactivated” is no value'}}],
  [500, {detail: 'The account service was terminated'}],
])('a %i with %j is not about the account', async (status, body) => {
  expect((await read(status, body)).refusal.code).not.toBe('account_deactivated')
})

test.each([
  {'x-error-json': toBase64({error: {code: 'account_deactivated', message: 'Gone'}})},
  {'x-error-json': toBase64({detail: 'Your account has been deactivated'})},
  {'x-error-json': '{"error":{"code":"account_deactivated"}}'},
  {'x-openai-authorization-error': 'account_deactivated'},
  {'x-openai-authorization-error': 'account_deactivated: your account is gone'},
])('headers say what a body leaves out: %j', async (headers) => {
  const {refusal} = await read(401, {detail: 'Unauthorized'}, headers)

  expect(refusal).toMatchObject({status: 401, code: 'account_deactivated'})
})

test('a header that is no JSON is left alone', async () => {
  const {refusal} = await read(400, {detail: 'No'}, {'x-error-json': '%%%'})

  expect(refusal).toEqual({status: 400, message: 'No'})
})

test.each([
  [{}, {'retry-after': '1200'}],
  [{}, {'retry-after': 'Mon, 30 Nov 2026 10:20:00 GMT'}],
  [{}, {'retry-after-ms': '1200000', 'retry-after': '3'}],
  [{}, {'x-ratelimit-reset-requests': '20m0s', 'x-ratelimit-remaining-requests': '0'}],
  [{}, {'x-ratelimit-reset': '1796034000'}],
  [{}, {ratelimit: '"default";r=0;t=1200'}],
  [{error: {message: 'Try again in 20m.'}}, {'retry-after': '0'}],
  [{error: {message: 'Try again at 2026-11-30T10:20:00Z'}}, {}],
  [{error: {retry_after: 1200}}, {}],
  [{error: {retryAfterMs: 1_200_000}}, {}],
  [{error: {message: 'Slow down'}, retry_after: '20m'}, {}],
  [{error: {resets_at: 1_796_034_000_000}}, {}],
  [{error: {details: [{retryDelay: '1200s'}]}}, {}],
])('a plain 429 with %j and %j is told to come back in 20 minutes', async (body, headers) => {
  const {message, refusal} = await read(429, body, headers)

  expect(refusal.retryAfterMs).toBe(20 * MINUTE_MS)
  expect(message).toBe('Too many requests at once. Try again in 20 minutes.')
})

test('when to try again is added to words that leave it out', async () => {
  const body = {detail: 'Down for maintenance'}

  expect((await read(503, body, {'retry-after': '3600'})).message).toBe(
    'Down for maintenance. Try again in 1 hour.',
  )
})

test('counts that begin anew are waited for only where they are used up, and only at a 429', async () => {
  const left = {'x-ratelimit-reset-tokens': '20m', 'x-ratelimit-remaining-tokens': '5'}
  const counts = {'x-ratelimit-reset-tokens': '20m'}

  expect((await read(429, '', left)).refusal).not.toHaveProperty('retryAfterMs')
  expect((await read(500, '', counts)).refusal).not.toHaveProperty('retryAfterMs')
})

test.each([
  [{type: 'usage_limit_reached', message: 'Try again in 3 days 4 hours.'}, 76 * HOUR_MS],
  [{type: 'usage_limit_reached', resets_at: '2026-11-30T12:00:00Z'}, 2 * HOUR_MS],
  [{type: 'usage_limit_reached', resets_at: NOW_MS + HOUR_MS}, HOUR_MS],
  [{message: "You've hit your usage limit. Try again in 1h2m3s."}, 3_723_000],
  [{code: 'usage_limit_exceeded', reset_after_seconds: 60}, MINUTE_MS],
])('a usage limit with %j is over in %i ms', async (error, afterMs) => {
  expect(await read(429, {error})).toMatchObject({
    code: 'ERR_USAGE_LIMIT_REACHED',
    resetsAtMs: NOW_MS + afterMs,
  })
})

const FULL = {
  'x-codex-primary-used-percent': '100',
  'x-codex-primary-window-minutes': '300',
  'x-codex-primary-reset-after-seconds': '3600',
  'x-codex-secondary-used-percent': '100',
  'x-codex-secondary-window-minutes': '10080',
  'x-codex-secondary-reset-after-seconds': '360000',
}

test.each([
  {error: {type: 'usage_limit_reached'}},
  {error: {type: 'usage_limit_reached', resets_in_seconds: 3600}},
  {detail: 'Too many requests'},
  '',
])('full windows in the headers of a 429 with %j say until when', async (body) => {
  expect(await read(429, body, FULL)).toMatchObject({
    code: 'ERR_USAGE_LIMIT_REACHED',
    resetsAtMs: NOW_MS + 360_000_000,
  })
})

test('full windows say nothing where credits pay, nor about other refusals', async () => {
  const paid = {...FULL, 'x-codex-credits-has-credits': 'true', 'x-codex-credits-balance': '5'}

  expect((await read(429, '', paid)).code).toBe('ERR_BACKEND_RESPONSE')
  expect((await read(400, {detail: 'No'}, FULL)).refusal).toEqual({status: 400, message: 'No'})
})

test('an event can have the headers that there are none of around it', () => {
  const event = {type: 'error', status: 429, error: {}, headers: {...FULL, 'retry-after': 5}}

  expect(toEventError(event, request)).toMatchObject({resetsAtMs: NOW_MS + 360_000_000})
})

test('an account that was flagged is not called deactivated', async () => {
  const {advice, message} = await read(403, {
    detail: 'Your account was flagged for suspicious activity',
  })

  expect(message).toBe(
    'ChatGPT refuses the account of ada@example.com: Your account was flagged for suspicious activity.',
  )
  expect(advice).toEqual(['add_account'])
})

test('a limit inside an answer is over when the full windows in its headers are', () => {
  const event = {type: 'error', error: {type: 'usage_limit_reached'}}

  expect(toEventError(event, {...request, fullUntilMs: NOW_MS + HOUR_MS})).toMatchObject({
    resetsAtMs: NOW_MS + HOUR_MS,
  })
})

test('what is no text can stand anywhere', () => {
  const hostile = [{toString: '', valueOf: ''}]
  const error = {
    type: hostile,
    code: hostile,
    message: hostile,
    detail: [{loc: [hostile], msg: 'x'}],
  }

  expect(toEventError({type: 'error', error, headers: {a: hostile}}, request)).toMatchObject({
    refusal: {status: 502, message: ': x'},
  })
})
