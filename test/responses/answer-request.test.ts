import {expect, test} from 'vitest'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createCodexFetch} from '../support/engine/create-codex-fetch.ts'
import {createLiveCatalogue} from '../../src/models/model-catalogue.ts'
import {ACCOUNT, createBackend} from '../support/engine/create-backend.ts'
import {createModel} from '../support/engine/create-model.ts'
import {
  URL_OF_SDK,
  CREATED,
  DELTA,
  MESSAGE,
  ANSWER,
  toStream,
  createFetch,
  start,
  answer,
  readError,
  type Sent,
} from '../support/engine/start-codex-fetch.ts'

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

test('what a conversation has lost is told where users look', async () => {
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
