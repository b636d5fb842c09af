import {expect, test} from 'vitest'
import {NetworkError} from '../../src/errors.ts'
import {serve} from '../../src/http/serve.ts'
import {post} from '../../src/oauth/post.ts'

const explain = (fact: string) => `Failed: ${fact}.`

/** A server that never answers. */
async function startSilentServer() {
  return serve(() => new Promise<Response>(() => {}), 0)
}

test('a server that does not answer in time is a network error', async () => {
  const server = await startSilentServer()
  try {
    const answer = post(server.url, {a: 'b'}, {fetch, timeoutMs: 20, explain})
    await expect(answer).rejects.toThrow(NetworkError)
    await expect(answer).rejects.toThrow(
      /^Failed: 127\.0\.0\.1:\d+ did not answer within 0\.02 sec/,
    )
  } finally {
    await server.close()
  }
})

test('a body that stops half-way counts as no answer', async () => {
  const server = await serve(async () => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"access')),
    })
    return new Response(body)
  }, 0)
  try {
    const answer = post(server.url, {a: 'b'}, {fetch, timeoutMs: 100, explain})
    await expect(answer).rejects.toThrow(/did not answer within/)
  } finally {
    await server.close()
  }
})

test('a caller who gives up gets the own reason back', async () => {
  const server = await startSilentServer()
  try {
    const reason = new Error('The user closed the dialog')
    const caller = new AbortController()
    const answer = post(server.url, {a: 'b'}, {fetch, signal: caller.signal, explain})
    caller.abort(reason)
    await expect(answer).rejects.toBe(reason)
  } finally {
    await server.close()
  }
})

test('a redirect is not followed, so the body goes nowhere else', async () => {
  const bodies: string[] = []
  const server = await serve(async (request) => {
    bodies.push(await request.text())
    return new Response(null, {status: 307, headers: {location: '/elsewhere'}})
  }, 0)
  try {
    const answer = await post(server.url, {refresh_token: 'rt-1'}, {fetch, explain})
    expect(answer).toEqual({status: 307, body: undefined})
    expect(bodies).toEqual(['{"refresh_token":"rt-1"}'])
  } finally {
    await server.close()
  }
})

/** A body that sends these texts, and then neither ends nor goes on. */
function sendAndStall(...texts: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(encoder.encode(text))
    },
  })
}

function createStalledFetch(): typeof fetch {
  return async () => new Response(sendAndStall('{"a":{}', ',"b":1', '}'))
}

test('whoever keeps the answer has it as soon as all of it is there', async () => {
  const kept: string[] = []
  const answer = await post(
    new URL('https://auth.example/'),
    {a: 'b'},
    {fetch: createStalledFetch(), explain, keep: async (text) => void kept.push(text)},
  )
  expect(answer).toEqual({status: 200, body: {a: {}, b: 1}})
  expect(kept).toEqual(['{"a":{},"b":1}'])
})

test('an answer without an end is read up to a megabyte', async () => {
  const pulls = {count: 0}
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls.count += 1
      controller.enqueue(new Uint8Array(65_536).fill(0x20))
    },
  })
  const endless = async () => new Response(body)
  const answer = post(new URL('https://auth.example/'), {a: 'b'}, {fetch: endless, explain})
  await expect(answer).rejects.toThrow(NetworkError)
  expect(pulls.count).toBeLessThan(20)
})
