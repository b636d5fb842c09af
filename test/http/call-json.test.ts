import {runInNewContext} from 'node:vm'
import {setFlagsFromString} from 'node:v8'
import {setTimeout as delay} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {serve, type RequestHandler} from '../../src/http/serve.ts'
import {callJson, isTimeout} from '../../src/http/call-json.ts'
import {rejectionOf} from '../support/rejection.ts'

/** Asks a server with this handler, through a socket. */
async function ask(handler: RequestHandler, call: object = {}) {
  const server = await serve(handler, 0)
  try {
    return await callJson(server.url, {fetch, ...call})
  } finally {
    await server.close()
  }
}

const STALLED = {start() {}}

function answerThenStall(text: string): Response {
  const bytes = new TextEncoder().encode(text)
  return new Response(
    new ReadableStream<Uint8Array>({start: (controller) => controller.enqueue(bytes)}),
  )
}

test('a question without a body is a GET, and its answer is read as JSON', async () => {
  const {ok, status, body, isCutOff} = await ask(
    async ({method, headers}) =>
      Response.json(
        {method, accept: headers.get('accept'), own: headers.get('x-own')},
        {status: 201},
      ),
    {headers: {'x-own': '1'}},
  )

  expect({ok, status, isCutOff}).toEqual({ok: true, status: 201, isCutOff: false})
  expect(body).toEqual({method: 'GET', accept: 'application/json', own: '1'})
})

test.each([
  [{a: 'b&c'}, 'application/json {"a":"b&c"}'],
  [new URLSearchParams({a: 'b&c'}), 'application/x-www-form-urlencoded a=b%26c'],
])('a question with a body is a POST of it', async (body, expected) => {
  const answer = await ask(
    async (request) =>
      Response.json(
        `${request.method} ${request.headers.get('content-type')} ${await request.text()}`,
      ),
    {body},
  )

  expect(answer.body).toBe(`POST ${expected}`)
})

test.each([
  ['<html></html>', undefined, false],
  ['', undefined, false],
  ['{"a":1', undefined, true],
  [`"${' '.repeat(1_000_000)}"`, undefined, true],
  [`"${' '.repeat(999_990)}"`, ' '.repeat(999_990), false],
])('an answer is JSON, something else, or cut off (%#)', async (text, body, isCutOff) => {
  const answer = await ask(async () => new Response(text))

  expect({body: answer.body, isCutOff: answer.isCutOff}).toEqual({body, isCutOff})
})

test('who wants nothing of the answer does not wait for it', async () => {
  const answer = await ask(async () => new Response(new ReadableStream(STALLED)), {maxBytes: 0})

  expect(answer.status).toBe(200)
})

test('the time limit is one for connecting, waiting and reading', async () => {
  const silent = rejectionOf(ask(() => new Promise<Response>(() => {}), {timeoutMs: 20}))
  const stalled = rejectionOf(ask(async () => answerThenStall('{"a"'), {timeoutMs: 100}))

  expect([isTimeout(await silent), isTimeout(await stalled)]).toEqual([true, true])
})

test('whoever gives up gets the own reason back, also while the answer is read', async () => {
  const caller = new AbortController()
  const reason = new Error('The user closed the dialog')
  const answer = rejectionOf(
    ask(
      async () => {
        setTimeout(() => caller.abort(reason), 20)
        return answerThenStall('{"a"')
      },
      {signal: caller.signal},
    ),
  )

  expect(await answer).toBe(reason)
  expect(isTimeout(reason)).toBe(false)
})

test('nothing is repeated, and no redirect followed', async () => {
  const paths: string[] = []
  const answer = await ask(async ({url}) => {
    paths.push(new URL(url).pathname)
    return new Response('{}', {
      status: paths.length === 1 ? 307 : 200,
      headers: {location: '/other'},
    })
  })

  expect([answer.status, paths]).toEqual([307, ['/']])
})

test('whoever keeps a successful answer has it as soon as all of it is there', async () => {
  const kept: string[] = []
  const keep = async (text: string) => void kept.push(text)
  const answer = await ask(async () => answerThenStall('{"a":{"b":1}}\n'), {keep})
  await ask(async () => new Response('{"a":2}', {status: 500}), {keep})

  expect(answer.body).toEqual({a: {b: 1}})
  expect(kept).toEqual(['{"a":{"b":1}}\n'])
})

test('an answer is kept before its connection is closed, which takes as long as all the rest', async () => {
  const events: string[] = []
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode('{"a":1}')),
    cancel: () => void events.push('closed'),
  })
  await callJson('http://127.0.0.1', {
    fetch: async () => new Response(body),
    keep: async () => void events.push('kept'),
  })

  expect(events).toEqual(['kept', 'closed'])
})

test('a caller who gives up is heard while the answer is read, also when memory was tidied up before', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const caller = new AbortController()
  const answer = rejectionOf(
    ask(async () => answerThenStall('{"a"'), {signal: caller.signal, timeoutMs: 30_000}),
  )
  await delay(50)
  collectGarbage()
  await delay(10)
  collectGarbage()
  caller.abort(new Error('The user closed the dialog'))

  expect((await answer).message).toBe('The user closed the dialog')
})
