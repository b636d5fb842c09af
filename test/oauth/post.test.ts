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
