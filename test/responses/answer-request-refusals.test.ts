import {expect, test} from 'vitest'
import type {CodexError} from '../../src/errors.ts'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {createBackend, NOW_MS} from '../support/engine/create-backend.ts'
import {
  URL_OF_SDK,
  CREATED,
  ANSWER,
  toStream,
  createFetch,
  start,
  answer,
  readError,
} from '../support/engine/start-codex-fetch.ts'

test('a rejected token is renewed, and the request sent once more', async () => {
  const {ask, sent} = start(
    () => Response.json({detail: 'Unauthorized'}, {status: 401}),
    () => Response.json({access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600}),
    answer,
  )

  const response = await ask({input: 'Hi', stream: true})

  expect(await response.text()).toBe(ANSWER)
  expect(sent.map(({url}) => new URL(url).pathname)).toEqual([
    '/backend-api/codex/responses',
    '/oauth/token',
    '/backend-api/codex/responses',
  ])
  expect(sent[2]?.headers.get('authorization')).toBe('Bearer at-2')
})

test('a second 401 is an answer, not a loop', async () => {
  const {ask, sent} = start(
    () => Response.json({detail: 'Unauthorized'}, {status: 401}),
    () => Response.json({access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600}),
    () => Response.json({detail: 'Unauthorized'}, {status: 401}),
  )

  expect(await readError(await ask({input: 'Hi'}))).toMatchObject({
    status: 401,
    type: 'authentication_error',
    message: 'ChatGPT does not accept the login of ada@example.com any more.',
  })
  expect(sent).toHaveLength(3)
})

test('a refusal becomes an error with a sentence, and says that asking again will not help', async () => {
  const error = {type: 'usage_limit_reached', message: 'x', resets_at: NOW_MS / 1000}
  const {ask, sent} = start(() => Response.json({error}, {status: 429}))

  const response = await ask({input: 'Hi', stream: true})

  expect(response.headers.get('x-should-retry')).toBe('false')
  expect(response.headers.get('retry-after')).toBe('Fri, 20 Nov 2026 12:00:00 GMT')
  expect(await readError(response)).toEqual({
    status: 429,
    type: 'usage_limit_reached',
    code: 'usage_limit_reached',
    resets_at: 1_795_176_000,
    message: expect.stringMatching(
      /^ada@example\.com has reached its ChatGPT usage limit/,
    ) as string,
  })
  expect(sent).toHaveLength(1)
})

test('a web page in place of a stream is not taken for an answer', async () => {
  const page = {headers: {'content-type': 'text/html; charset=utf-8'}}
  const {ask} = start(() => new Response('<!doctype html><h1>Sign in</h1>', page))

  expect(await readError(await ask({input: 'Hi', stream: true}))).toMatchObject({
    status: 502,
    message: expect.stringMatching(/A web page came back instead of an answer/) as string,
  })
})

test('what passes by itself is asked again, until there is an answer', async () => {
  const {ask, sent} = start(
    () => new Response('upstream connect error', {status: 503}),
    () => {
      throw new TypeError('fetch failed')
    },
    () => new Response(toStream(CREATED)),
    answer,
  )

  expect(await (await ask({input: 'Hi', stream: true})).text()).toBe(ANSWER)
  expect(sent.map(({body}) => body['prompt_cache_key'])).toEqual(
    Array.from({length: 4}, () => sent[0]?.body['prompt_cache_key']),
  )
})

test('reasoning of another account is left out, and the request made once more', async () => {
  const error = {
    message: 'The encrypted content gAAA could not be verified. Reason: organization_id mismatch.',
    type: 'invalid_request_error',
    code: null,
  }
  const {ask, sent} = start(() => Response.json({error}, {status: 400}), answer)
  const reasoning = {type: 'reasoning', summary: [], encrypted_content: 'gAAA'}

  const response = await ask({input: [reasoning, {role: 'user', content: 'Hi'}], stream: true})

  expect(await response.text()).toBe(ANSWER)
  expect(sent.map(({body}) => body['input'])).toMatchObject([
    [reasoning, {role: 'user'}],
    [{role: 'user'}],
  ])
})

test('reasoning that is refused twice is an error that says what to do', async () => {
  const error = {message: 'x', type: 'invalid_request_error', code: 'invalid_encrypted_content'}
  const {ask, sent} = start(() => Response.json({error}, {status: 400}))

  expect((await readError(await ask({input: 'Hi'}))).message).toBe(
    'Earlier reasoning in this conversation belongs to another account. Start a new conversation.',
  )
  expect(sent).toHaveLength(2)
})

test.each([true, false])(
  'a failure inside a 200 is an error answer (stream: %s)',
  async (stream) => {
    const failed = {
      type: 'response.failed',
      response: {error: {code: 'context_length_exceeded', message: 'Too long'}},
    }
    const {ask} = start(() => new Response(toStream(CREATED, failed)))

    expect(await readError(await ask({input: 'Hi', stream}))).toMatchObject({
      status: 400,
      code: 'context_length_exceeded',
      message: expect.stringMatching(/^The conversation is longer/) as string,
    })
  },
)

test.each([true, false])('an answer that ends at once is an error (stream: %s)', async (stream) => {
  const {ask} = start(() => new Response(toStream(CREATED)))

  expect(await readError(await ask({input: 'Hi', stream}))).toMatchObject({
    status: 502,
    code: 'ERR_EVENT_INVALID',
  })
})

test('no connection is an error that says so', async () => {
  const {ask} = start(() => {
    throw new TypeError('fetch failed')
  })

  expect(await readError(await ask({input: 'Hi'}))).toMatchObject({
    status: 503,
    code: 'ERR_NETWORK',
    message: expect.stringMatching(/^No connection to backend\.example\./) as string,
  })
})

const toWords = ({advice, message}: CodexError) => `${message} Do this: ${advice.join()}.`

test('without an account, the answer says so in the words of the host', async () => {
  const {fetch} = createFetch(answer)
  const codexFetch = createCodexFetch({...createBackend(fetch, []), describe: toWords})

  const response = await codexFetch(URL_OF_SDK, {body: '{"model":"gpt-5.2","input":"Hi"}'})

  expect(await readError(response)).toMatchObject({
    status: 401,
    code: 'ERR_LOGIN_REQUIRED',
    message: 'No ChatGPT account is logged in. Do this: log_in.',
  })
})

test('a refusal whose body breaks off is an error answer as well', async () => {
  const {ask} = start(() => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new TypeError('terminated')),
    })
    return new Response(body, {status: 403})
  })

  const response = await ask({input: 'Hello'})

  expect(response.status).toBe(403)
  expect((await readError(response)).message).toContain('ChatGPT refuses')
})

test('an abort while the body of a refusal is read rejects with its reason', async () => {
  const stop = new AbortController()
  const {codexFetch} = start(() => {
    const body = new ReadableStream({
      pull(controller) {
        stop.abort(new Error('stopped'))
        controller.error(stop.signal.reason)
      },
    })
    return new Response(body, {status: 403})
  })

  const options = {method: 'POST', body: JSON.stringify({model: 'gpt-5.2', input: 'Hi'})}
  await expect(codexFetch(URL_OF_SDK, {...options, signal: stop.signal})).rejects.toThrow('stopped')
})
