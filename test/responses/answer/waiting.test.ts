/** How long anybody waits for an answer, and what ends the wait. */
import {expect, test} from 'vitest'
import {AnswerStalledError} from '../../../src/errors.ts'
import {openAnswer} from '../../../src/responses/answer/open-answer.ts'
import type {StreamedAnswerOptions} from '../../../src/responses/answer/streamed-answer.ts'
import {streamAnswer} from '../../../src/responses/answer/stream-answer.ts'

const CREATED = 'data: {"type":"response.created","response":{"id":"resp_1"}}\n\n'
const KEEPALIVE = 'data: {"type":"keepalive"}\n\n'
const DELTA = 'data: {"type":"response.output_text.delta","delta":"Hello"}\n\n'
const COMPLETED = 'data: {"type":"response.completed","response":{"id":"resp_1","output":[]}}\n\n'
const FAILED = 'data: {"type":"response.failed","response":{"error":{"code":"slow_down"}}}\n\n'
const NEVER = 3_600_000

/** A connection that stays open, and that the test writes to. */
function createConnection() {
  let controller: ReadableStreamDefaultController<Uint8Array>
  const seen: {cancelled?: unknown} = {}
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: (reason) => void (seen.cancelled = reason),
  })
  return {body, seen, write: (text: string) => controller.enqueue(new TextEncoder().encode(text))}
}

function open(body: ReadableStream<Uint8Array>, options: Partial<StreamedAnswerOptions> = {}) {
  return openAnswer(body, {
    onItem: () => {},
    request: {label: 'ada@example.com', model: 'gpt-5.5'},
    now: () => 0,
    ...options,
  })
}

/** Repeats `text` until the test has what it waits for. */
async function repeatUntil<Value>(
  write: (text: string) => void,
  text: string,
  end: Promise<Value>,
): Promise<Value> {
  const timer = setInterval(() => write(text), 1)
  return end.finally(() => clearInterval(timer))
}

test.each([
  ['alone', COMPLETED],
  ['with its name in front', `event: response.completed\n${COMPLETED}`],
  ['with its type at the end', 'data: {"response":{"id":"r"},"type":"response.completed"}\n\n'],
  ['with its type in the name only', 'event: response.completed\ndata: {"response":{}}\n\n'],
  ['in CRLF lines', COMPLETED.replaceAll('\n', '\r\n')],
  ['before [DONE]', `${COMPLETED}data: [DONE]\n\n`],
  ['before a comment', `${COMPLETED}: bye\n\n`],
  ['before limits', `${COMPLETED}data: {"type":"codex.rate_limits"}\n\n`],
  ['incomplete', 'data: {"type":"response.incomplete","response":{}}\n\n'],
])('an answer is over with its last event (%s), whatever the server does', async (_name, end) => {
  const {body, write} = createConnection()
  write(CREATED + DELTA)
  // No timer of the answer strikes while this test runs.
  const answer = await open(body, {checkIntervalMs: NEVER})
  write(end)

  expect(await new Response(streamAnswer(answer)).text()).toBe(CREATED + DELTA + end)
})

test('behind the last event, what the server still sends is read for a moment, then let go', async () => {
  const {body, seen, write} = createConnection()
  write(DELTA + COMPLETED)
  const answer = await open(body, {checkIntervalMs: 20})
  await new Response(streamAnswer(answer)).text()
  write(': still here\n\n')

  expect(seen).toEqual({})
  await expect.poll(() => seen).toEqual({cancelled: 'complete'})
})

test('only handshakes: after a while the answer begins, and a failure is an event', async () => {
  const {body, write} = createConnection()
  write(CREATED)
  const opening = open(body, {checkIntervalMs: 1, holdBackMs: 20, idleLimitMs: NEVER})
  const answer = await repeatUntil(write, KEEPALIVE, opening)
  const text = new Response(streamAnswer(answer)).text()
  write(FAILED)

  expect(await text).toMatch(
    /^data: \{"type":"response\.created".+\n\n(data: \{"type":"keepalive"\}\n\n)+event: error\n/,
  )
})

test('the hold-back has a bound in bytes, too', async () => {
  const {body, write} = createConnection()
  const opening = open(body, {checkIntervalMs: NEVER})
  for (let count = 0; count < 50; count += 1) write(`: ${'x'.repeat(100_000)}\n\n`)

  expect((await opening).result()).toEqual({})
})

test.each([
  ['comments', ': ping\n\n'],
  ['handshakes', CREATED],
  ['keepalive events', KEEPALIVE],
])('%s alone do not hold a request for ever', async (_name, text) => {
  const {body, seen, write} = createConnection()
  const limits = {checkIntervalMs: 1, idleLimitMs: NEVER, wordlessLimitMs: 30}
  const opening = open(body, {...limits, holdBackMs: NEVER})

  await expect(repeatUntil(write, text, opening)).rejects.toThrow(AnswerStalledError)
  expect(seen.cancelled).toBe('stalled')
})

test('comments do not hold an answer for ever that has begun', async () => {
  const {body, write} = createConnection()
  write(DELTA)
  const limits = {checkIntervalMs: 1, idleLimitMs: NEVER, wordlessLimitMs: 30}
  const answer = await open(body, limits)
  const text = repeatUntil(write, ': ping\n\n', new Response(streamAnswer(answer)).text())

  expect(await text).toContain('"code":"ERR_ANSWER_STALLED"')
})

test('work without words is waited for', async () => {
  const {body, write} = createConnection()
  const limits = {checkIntervalMs: 1, idleLimitMs: NEVER, wordlessLimitMs: 30}
  const opening = open(body, {...limits, holdBackMs: NEVER})
  const working = 'data: {"type":"response.web_search_call.searching","output_index":0}\n\n'
  await repeatUntil(write, working, new Promise((resolve) => setTimeout(resolve, 90)))
  write(DELTA)

  expect(await opening).toHaveProperty('pull')
})

test('while the backend is silent, a caller who waits is sent comments', async () => {
  const {body, write} = createConnection()
  write(DELTA)
  const answer = await open(body, {checkIntervalMs: 1, idleLimitMs: NEVER, keepAliveMs: 5})
  const reader = streamAnswer(answer).getReader()
  const first = await reader.read()
  const second = await reader.read()
  write(COMPLETED)

  expect(Buffer.from(first.value!).toString()).toBe(DELTA)
  expect(Buffer.from(second.value!).toString()).toBe(': keep-alive\n\n')
  let rest = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    rest += Buffer.from(part.value).toString()
  }
  expect(rest.replaceAll(': keep-alive\n\n', '')).toBe(COMPLETED)
})
