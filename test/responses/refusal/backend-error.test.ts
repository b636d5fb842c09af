import {expect, test} from 'vitest'
import {UsageLimitReachedError, type BackendResponseError} from '../../../src/errors.ts'
import {toLocalTime} from '../../../src/base/local-time.ts'
import {wordError} from '../../../src/responses/refusal/word-error.ts'
import {readBackendError, toEventError} from '../../../src/responses/refusal/backend-error.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12)
const request = {label: 'ada@example.com', model: 'gpt-5.2', nowMs: NOW_MS}

const LOGIN_ENDED = 'ChatGPT does not accept the login of ada@example.com any more. Log in again.'
const OUR_FAULT = 'This is a fault of OpenAI Codex Auth: please report it.'

/** What a host might say. */
const WORDS = {add_account: 'add another account', log_in_again: 'log in again'}

async function read(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return readBackendError(new Response(text, {status, headers}), request)
}

test.each([
  [401, {detail: 'Unauthorized'}, LOGIN_ENDED],
  [401, {detail: 'Could not parse your authentication token.'}, LOGIN_ENDED],
  [401, {error: {message: 'It has been invalidated.', code: 'token_invalidated'}}, LOGIN_ENDED],
  [
    402,
    {detail: {code: 'deactivated_workspace'}},
    'The account or workspace of ada@example.com was deactivated by OpenAI or its owner. Add another account.',
  ],
  [
    403,
    '',
    'ChatGPT refuses ada@example.com, and does not say why. Codex may not be available to this account or in this region.',
  ],
  [
    403,
    '<!doctype html><h1>Just a moment…</h1>',
    'A web page came back instead of an answer: a proxy, a firewall or a bot check is in the way. Open chatgpt.com in a browser on this network, then try again.',
  ],
  [
    403,
    {error: {type: 'usage_not_included', message: 'x'}},
    'The ChatGPT plan of ada@example.com does not include Codex. Upgrade it, or add another account.',
  ],
  [
    413,
    {detail: 'Payload too large'},
    'The request is too large for ChatGPT. Start a new conversation, or leave out large images and files.',
  ],
  [429, {detail: 'Rate limited'}, 'Too many requests at once. Wait a moment and try again.'],
  [500, '', 'ChatGPT has a problem. Try again in a moment.'],
  [
    503,
    {error: {code: 'server_is_overloaded', message: 'x'}},
    'This model is busy. Try again in a moment, or choose another model.',
  ],
  [400, {detail: 'Unsupported parameter: user'}, `Unsupported parameter: user. ${OUR_FAULT}`],
  [400, {detail: 'Store must be set to false'}, `Store must be set to false. ${OUR_FAULT}`],
  [
    400,
    {error: {message: 'No tool output found for function call call_1.', param: 'input'}},
    `No tool output found for function call call_1. ${OUR_FAULT}`,
  ],
  [
    404,
    {error: {message: "Item with id 'rs_1' not found. Items are not persisted."}},
    'A part of this conversation is no longer known to ChatGPT. Ask again, or start a new conversation.',
  ],
  [
    400,
    {error: {message: 'Too long', code: 'context_length_exceeded'}},
    'The conversation is longer than the model can read. Start a new one, or remove earlier parts of it.',
  ],
  [400, {error: {message: 'Invalid image', type: 'invalid_request_error'}}, 'Invalid image.'],
  [418, [], 'The server gave no reason. Try again in a moment.'],
  [400, {error: 'plain words'}, 'plain words.'],
])('a %i with %j says what happened and what to do', async (status, body, sentence) => {
  expect(wordError(await read(status, body), WORDS)).toBe(sentence)
})

test.each([429, 404])('a usage limit is one whatever its status (%i)', async (status) => {
  const error = {type: 'usage_limit_reached', plan_type: 'plus', resets_at: NOW_MS / 1000 + 60}

  const refused = await read(status, {error})

  expect(refused).toBeInstanceOf(UsageLimitReachedError)
  expect(refused).toMatchObject({resetsAtMs: NOW_MS + 60_000})
  expect(wordError(refused, WORDS)).toBe(
    `ada@example.com has reached the usage limit of ChatGPT Plus. Try again after ${toLocalTime(NOW_MS + 60_000)}, or add another account.`,
  )
})

test('a reset is by our clock where the backend says how long it takes', async () => {
  const error = {type: 'usage_limit_reached', resets_in_seconds: 90, resets_at: 1}

  expect(await read(429, {error})).toMatchObject({resetsAtMs: NOW_MS + 90_000})
})

test('spent credits of a workspace are said to be that', async () => {
  const error = {type: 'workspace_owner_credits_depleted', message: 'x'}

  const refused = await read(429, {error})

  expect(refused).toBeInstanceOf(UsageLimitReachedError)
  expect(wordError(refused, WORDS)).toBe(
    'The workspace of ada@example.com has no credits left. Ask its owner to add some, or add another account.',
  )
})

test.each([
  [{'retry-after': '2'}, 2000],
  [{'retry-after': '0.5'}, 500],
  [{'retry-after-ms': '150', 'retry-after': '2'}, 150],
  [{'retry-after': new Date(NOW_MS + 5000).toUTCString()}, 5000],
  [{'retry-after': 'soon'}, undefined],
])('the delay of %j is %j ms', async (headers, retryAfterMs) => {
  const error = (await read(429, '', headers)) as BackendResponseError

  expect(error.refusal.retryAfterMs).toBe(retryAfterMs)
})

test('a request id is kept for whoever asks OpenAI', async () => {
  expect(await read(500, '', {'x-request-id': 'req_1'})).toMatchObject({
    refusal: {requestId: 'req_1'},
  })
})

test.each([
  ['context_length_exceeded', 400],
  ['insufficient_quota', 402],
  ['usage_not_included', 403],
  ['invalid_prompt', 400],
  ['bio_policy', 400],
  ['cyber_policy', 400],
  ['server_is_overloaded', 503],
  ['slow_down', 503],
  ['rate_limit_exceeded', 429],
  ['something_new', 502],
])('an event with code %s counts as a %i', (code, status) => {
  const event = {type: 'response.failed', response: {error: {code, message: 'Words.'}}}

  expect(toEventError(event, request)).toMatchObject({refusal: {status, code}})
})

test('a delay that is said in words is kept', () => {
  const error = {code: 'rate_limit_exceeded', message: 'Please try again in 1.5s.'}

  expect(toEventError({type: 'error', error}, request)).toMatchObject({
    refusal: {retryAfterMs: 1500},
  })
})

test('a usage limit inside a 200 is one', () => {
  const event = {type: 'error', status: 429, error: {type: 'usage_limit_reached', message: 'x'}}

  expect(toEventError(event, request)).toBeInstanceOf(UsageLimitReachedError)
})

test('a frame that says its status has it', () => {
  const event = {type: 'error', status: 400, error: {message: 'No'}}

  expect(toEventError(event, request)).toMatchObject({refusal: {status: 400}})
})

test('a refusal of the model is explained by who knows the models', async () => {
  const response = Response.json({detail: "The 'gpt-5.2' model is not supported"}, {status: 400})

  const error = await readBackendError(response, {
    ...request,
    explainModel: (model, {message}) => `${model}: ${message}!`,
  })

  expect(error.message).toBe("gpt-5.2: The 'gpt-5.2' model is not supported!")
})

test('a long reason is cut', async () => {
  expect((await read(400, {detail: 'x'.repeat(5000)})).message.length).toBeLessThan(700)
})

test('a reset that is years away is not believed', () => {
  const error = {type: 'usage_limit_reached', resets_at: NOW_MS / 100}

  expect(toEventError({type: 'error', error}, request)).toMatchObject({
    code: 'ERR_USAGE_LIMIT_REACHED',
    resetsAtMs: undefined,
  })
})

test('a limit of a single model is named, because the account answers for the others', async () => {
  const body = {error: {type: 'usage_limit_reached', resets_in_seconds: 3600}}
  const error = await read(429, body, {
    'x-codex-active-limit': 'codex_bengalfox',
    'x-codex-bengalfox-primary-used-percent': '100',
    'x-codex-bengalfox-limit-name': 'GPT-5.3-Codex-Spark',
  })

  expect(error).toMatchObject({limit: 'GPT-5.3-Codex-Spark', resetsAtMs: NOW_MS + 3_600_000})
  expect(error.message).toMatch(
    /^ada@example\.com has reached the usage limit of GPT-5\.3-Codex-Spark\. Try again after .+, or choose another model\.$/,
  )
})
