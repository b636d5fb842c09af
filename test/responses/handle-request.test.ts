import {expect, test} from 'vitest'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createCodexFetch} from '../../src/responses/handle-request.ts'
import {createLiveCatalogue} from '../../src/models/model-catalogue.ts'
import {ACCOUNT, createBackend, NOW_MS} from '../support/create-backend.ts'
import {createModel} from '../support/create-model.ts'

const URL_OF_SDK = 'https://backend.example/backend-api/responses'

const CREATED = {type: 'response.created', response: {id: 'resp_1', created_at: 7, output: []}}
const DELTA = {type: 'response.output_text.delta', delta: 'Hello, wörld'}
const MESSAGE = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  content: [{type: 'output_text', text: 'Hello, wörld', annotations: []}],
}
const DONE = {type: 'response.output_item.done', output_index: 0, item: MESSAGE}
const COMPLETED = {
  type: 'response.completed',
  response: {id: 'resp_1', created_at: 7, status: 'completed', output: [], usage: null},
}

function toStream(...events: object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

const ANSWER = toStream(CREATED, DELTA, DONE, COMPLETED)

interface Sent {
  readonly url: string
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** A `fetch` that gives the answers in turn, the last one for ever, and remembers what was sent. */
function createFetch(...answers: (() => Response)[]) {
  const sent: Sent[] = []
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init)
    const body = (await request.clone().json()) as Record<string, unknown>
    sent.push({url: request.url, headers: request.headers, body})
    return answers[Math.min(sent.length, answers.length) - 1]!()
  }
  return {fetch, sent}
}

function start(...answers: (() => Response)[]) {
  const {fetch, sent} = createFetch(...answers)
  const backend = createBackend(fetch)
  const codexFetch = createCodexFetch(backend)
  const ask = (body: object) =>
    codexFetch(URL_OF_SDK, {method: 'POST', body: JSON.stringify({model: 'gpt-5.2', ...body})})
  return {ask, backend, codexFetch, sent}
}

const answer = () => new Response(ANSWER, {headers: {'content-type': 'text/event-stream'}})

async function readError(response: Response) {
  const body = (await response.json()) as {error: {message: string; type: string; code: string}}
  return {status: response.status, ...body.error}
}

test('a streamed answer comes through byte by byte', async () => {
  const {ask} = start(answer)

  const response = await ask({input: 'Hi', stream: true})

  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  expect(await response.text()).toBe(ANSWER)
})

test('without `stream`, the answer is one object with the items that came one by one', async () => {
  const {ask} = start(answer)

  const response = await ask({input: 'Hi'})

  expect(await response.json()).toEqual({
    id: 'resp_1',
    object: 'response',
    created_at: 7,
    status: 'completed',
    output: [MESSAGE],
    usage: null,
  })
})

test('the backend is asked as the account, in the name of a client it knows', async () => {
  const {ask, sent} = start(answer)

  await ask({input: 'Hi', stream: true, prompt_cache_key: 'conversation-1'})

  const [{url, headers}] = sent as [Sent]
  expect(url).toBe('https://backend.example/backend-api/codex/responses')
  expect(Object.fromEntries(headers)).toEqual({
    accept: 'text/event-stream',
    authorization: 'Bearer at-1',
    'chatgpt-account-id': 'account-1',
    'content-type': 'application/json',
    originator: 'codex_cli_rs',
    'session-id': 'conversation-1',
    'thread-id': 'conversation-1',
    'user-agent': 'codex_cli_rs/0.0.0 (test)',
    version: '0.171.0',
  })
})

test('an item of an earlier answer can be referred to', async () => {
  const {ask, sent} = start(answer)
  await (await ask({input: 'Hi', stream: true})).text()

  await ask({
    input: [
      {type: 'item_reference', id: 'msg_1'},
      {role: 'user', content: 'More'},
    ],
  })

  const {id: _id, ...message} = MESSAGE
  expect(sent[1]?.body['input']).toEqual([message, {role: 'user', content: 'More'}])
})

test('what was changed is logged by name, and no more', async () => {
  const {ask, backend} = start(answer)

  await ask({input: 'A secret plan', temperature: 0.5, stream: true})

  expect(backend.lines).toEqual([
    'debug Request was changed {"changes":[{"field":"temperature","action":"dropped","reason":"The backend refuses it"}]}',
  ])
})

test('what a conversation has lost is told where people look', async () => {
  const {ask, backend} = start(answer)

  await ask({
    input: [
      {type: 'item_reference', id: 'rs_gone'},
      {role: 'user', content: 'Hi'},
    ],
  })

  expect(backend.lines).toContain(
    'warn Parts of the conversation are gone {"changes":[{"field":"input[0]","action":"lost","reason":"The item it refers to is not remembered any more"}]}',
  )
})

test('a model that takes Responses-Lite is told that it is asked so', async () => {
  const {fetch, sent} = createFetch(answer)
  const lite = createModel({id: 'gpt-6-sol', lite: true})
  const catalogue = createLiveCatalogue([lite])
  const codexFetch = createCodexFetch({...createBackend(fetch), catalogue: () => catalogue})

  for (const model of ['gpt-6-sol', 'gpt-5.2']) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other, as they are compared
    await codexFetch(URL_OF_SDK, {body: JSON.stringify({model, input: 'Hi'})})
  }

  expect(sent.map(({headers}) => headers.get('x-openai-internal-codex-responses-lite'))).toEqual([
    'true',
    null,
  ])
})

test.each([
  ['a Request', (url: string, body: string) => [new Request(url, {method: 'POST', body})]],
  ['bytes', (url: string, body: string) => [new URL(url), {body: new TextEncoder().encode(body)}]],
  ['a stream', (url: string, body: string) => [url, {body: new Blob([body]).stream()}]],
] as const)('takes the body as %s', async (_name, toArguments) => {
  const {codexFetch, sent} = start(answer)
  const body = JSON.stringify({model: 'gpt-5.2', input: 'Hi', stream: true})

  const response = await codexFetch(...(toArguments(URL_OF_SDK, body) as Parameters<FetchFunction>))

  expect(response.status).toBe(200)
  expect(sent[0]?.body['model']).toBe('gpt-5.2')
})

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
    message: expect.stringMatching(/^Codex API error: 401\. .*Press Connect/) as string,
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
      /^Codex API error: 429\. ada@example\.com has reached its ChatGPT usage limit/,
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
    'Codex API error: 400. Earlier reasoning in this conversation belongs to another account. Start a new conversation.',
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
      message: expect.stringMatching(
        /^Codex API error: 400\. The conversation is longer/,
      ) as string,
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

test('without an account, the answer says what to press', async () => {
  const {fetch} = createFetch(answer)
  const codexFetch = createCodexFetch(createBackend(fetch, []))

  const response = await codexFetch(URL_OF_SDK, {body: '{"model":"gpt-5.2","input":"Hi"}'})

  expect(await readError(response)).toMatchObject({
    status: 401,
    code: 'ERR_LOGIN_REQUIRED',
    message: 'No ChatGPT account is connected. Press Connect to sign in.',
  })
})

test('the first account whose login still works answers', async () => {
  const {fetch, sent} = createFetch(answer)
  const ended = {
    ...ACCOUNT,
    id: 'user-0:account-0',
    loginRequired: {reason: 'expired', sinceMs: 1},
  } as const
  const codexFetch = createCodexFetch(createBackend(fetch, [ended, ACCOUNT]))

  await codexFetch(URL_OF_SDK, {body: '{"model":"gpt-5.2","input":"Hi"}'})

  expect(sent[0]?.headers.get('chatgpt-account-id')).toBe('account-1')
})

test.each(['', 'nonsense', '[]', 'null', '{"model":"gpt-5.2","input":7}', '{"input":"Hi"}'])(
  'a body of %j is refused with a sentence',
  async (body) => {
    const {codexFetch} = start(answer)

    const response = await codexFetch(URL_OF_SDK, {method: 'POST', body})

    expect(await readError(response)).toMatchObject({status: 400, code: 'ERR_REQUEST_INVALID'})
  },
)

test('an abort rejects with its reason, as `fetch` does', async () => {
  const {codexFetch} = start(answer)
  const body = '{"model":"gpt-5.2","input":"Hi"}'

  await expect(codexFetch(URL_OF_SDK, {body, signal: AbortSignal.abort()})).rejects.toThrow(
    expect.objectContaining({name: 'AbortError'}),
  )
})

test('a caller who stops reading closes the connection to the backend', async () => {
  let reason: unknown
  const endless = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(toStream(CREATED, DELTA))),
    cancel: (given) => void (reason = given),
  })
  const {ask} = start(() => new Response(endless))
  const response = await ask({input: 'Hi', stream: true})

  await response.body?.cancel('enough')

  expect(reason).toBe('enough')
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
