import {expect, test} from 'vitest'
import {AnswerStalledError, type CodexError} from '../../../src/errors.ts'
import type {Answer} from '../../../src/responses/answer/answer.ts'
import {openAnswer} from '../../../src/responses/answer/open-answer.ts'
import type {StreamedAnswerOptions} from '../../../src/responses/answer/streamed-answer.ts'
import {streamAnswer} from '../../../src/responses/answer/stream-answer.ts'

const CREATED = {type: 'response.created', response: {id: 'resp_1'}}
const DELTA = {type: 'response.output_text.delta', delta: 'Hello'}
const ITEM = {type: 'response.output_item.done', output_index: 0, item: {id: 'msg_1'}}
const COMPLETED = {type: 'response.completed', response: {id: 'resp_1', output: []}}
const ANSWER = [CREATED, DELTA, ITEM, COMPLETED]

function toText(...events: object[]): string {
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
}

/** A body that is written by the test. */
function createBody() {
  let controller: ReadableStreamDefaultController<Uint8Array>
  const seen: {cancelled?: unknown} = {}
  const body = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: (reason) => void (seen.cancelled = reason),
  })
  return {
    body,
    seen,
    write: (text: string) => controller.enqueue(new TextEncoder().encode(text)),
    close: () => controller.close(),
    fail: (error: Error) => controller.error(error),
  }
}

function open(body: ReadableStream<Uint8Array>, options: Partial<StreamedAnswerOptions> = {}) {
  const items: unknown[] = []
  const answer = openAnswer(body, {
    onItem: (event) => void items.push(event),
    request: {label: 'ada@example.com', model: 'gpt-5.2'},
    now: Date.now,
    ...options,
  })
  return {answer, items}
}

async function readAll(body: ReadableStream<Uint8Array>): Promise<string> {
  return new Response(body).text()
}

/** The last two events that the caller gets. */
async function readEnd(answer: Answer): Promise<unknown[]> {
  const events = (await readAll(streamAnswer(answer))).trimEnd().split('\n\n').slice(-2)
  return events.map((event) => JSON.parse(event.slice(event.indexOf('data: ') + 6)) as unknown)
}

function toErrorEvent(code: string, message: string) {
  return {
    type: 'error',
    sequence_number: 0,
    code,
    message,
    param: null,
    error: {type: 'server_error', code, message, param: null},
  }
}

test('hands on the bytes as they came, and tells of the items', async () => {
  const {answer, items} = open(new Blob([toText(...ANSWER)]).stream())

  expect(await readAll(streamAnswer(await answer))).toBe(toText(...ANSWER))
  expect(items).toEqual([ITEM])
  expect((await answer).result()).toEqual({id: 'resp_1', output: []})
})

test('nothing is told before there is output, and then everything', async () => {
  const {body, write, close} = createBody()
  const {answer} = open(body)
  write(toText(CREATED))
  write(': keep-alive\n\n')
  const early = await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, 20))])
  write(toText(DELTA, COMPLETED))
  close()

  expect(early).toBeUndefined()
  expect(await readAll(streamAnswer(await answer))).toBe(
    `${toText(CREATED)}: keep-alive\n\n${toText(DELTA, COMPLETED)}`,
  )
})

test.each([
  ['response.failed', {type: 'response.failed', response: {error: {message: 'No', code: 'x'}}}],
  ['error with an object', {type: 'error', error: {message: 'No', code: 'x'}}],
  ['error with fields', {type: 'error', message: 'No', code: 'x'}],
])('a failure before any output is the error (%s)', async (_name, failure) => {
  const {answer} = open(new Blob([toText(CREATED, failure)]).stream())

  await expect(answer).rejects.toMatchObject({
    message: 'No.',
    refusal: {status: 502, code: 'x'},
  })
})

test('a failure after output is told once, in the words of a user', async () => {
  const error = {code: 'slow_down', message: 'x'.repeat(200)}
  const failure = {type: 'response.failed', response: {error}}
  const {answer} = open(new Blob([toText(CREATED, DELTA, failure)]).stream())

  expect(await readEnd(await answer)).toEqual([
    DELTA,
    toErrorEvent(
      'ERR_BACKEND_RESPONSE',
      'This model is busy. Try again in a moment, or choose another model.',
    ),
  ])
})

test.each([
  ['seconds', {code: 'slow_down', message: 'Please try again in 7s.'}, {retry_after: 7}],
  ['a date', {code: 'usage_limit_reached', resets_at: 1_800_000_000}, {resets_at: 1_800_000_000}],
])('a failure after output says when to ask again, in %s', async (_name, error, again) => {
  const failure = {type: 'response.failed', response: {error}}
  const {answer} = open(new Blob([toText(CREATED, DELTA, failure)]).stream(), {
    now: () => 1_799_999_000_000,
  })

  const [, event] = await readEnd(await answer)

  expect(event).toMatchObject({...again, error: again})
})

test('a failure that comes together with a short event is told once, too', async () => {
  const failure = {type: 'error', message: 'No'}
  const {answer} = open(new Blob([toText(DELTA, failure)]).stream())

  expect(await readEnd(await answer)).toEqual([DELTA, toErrorEvent('ERR_BACKEND_RESPONSE', 'No.')])
})

test('behind a part of an event in CRLF lines, the error is an event of its own', async () => {
  const text = toText(DELTA).replaceAll('\n', '\r\n')
  const {answer} = open(new Blob([`${text}data: {"type":`]).stream())

  expect(await readAll(streamAnswer(await answer))).toMatch(
    /\{"type":\n\nevent: error\ndata: \{.+\}\n\n$/,
  )
})

test('an end without a last event is an error, never a success', async () => {
  const {answer} = open(new Blob([toText(CREATED, DELTA, ITEM)]).stream())

  expect(await readEnd(await answer)).toEqual([
    ITEM,
    toErrorEvent(
      'ERR_EVENT_INVALID',
      'The answer ended before it was complete: the connection to ChatGPT was cut. Ask again.',
    ),
  ])
})

test('a connection that is cut in the middle of an event leaves whole events, and says so', async () => {
  const {body, write, fail} = createBody()
  const {answer} = open(body)
  write(toText(CREATED, DELTA))
  write('data: {"type":"response.output_text.delta","del')
  const end = readEnd(await answer)
  await new Promise((resolve) => setTimeout(resolve, 5))
  fail(new TypeError('terminated'))

  expect(await end).toEqual([
    DELTA,
    toErrorEvent(
      'ERR_NETWORK',
      'The connection to ChatGPT was cut before the answer was complete. Ask again.',
    ),
  ])
})

test.each([1, 2, 3, 10, 100])('in parts of %i bytes, whole events are handed on', async (size) => {
  const bytes = new TextEncoder().encode(toText(...ANSWER))
  const parts = Array.from({length: Math.ceil(bytes.length / size)}, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
  const {answer} = open(ReadableStream.from(parts))
  const chunks: string[] = []
  for await (const chunk of streamAnswer(await answer)) chunks.push(Buffer.from(chunk).toString())

  expect(chunks.join('')).toBe(toText(...ANSWER))
  expect(chunks.filter((chunk) => !chunk.endsWith('}\n\n'))).toEqual([])
})

test('a connection that is cut behind a complete answer takes nothing away from it', async () => {
  const {body, write, fail} = createBody()
  const {answer} = open(body)
  write(toText(...ANSWER))
  const text = readAll(streamAnswer(await answer))
  await new Promise((resolve) => setTimeout(resolve, 5))
  fail(new TypeError('terminated'))

  expect(await text).toBe(toText(...ANSWER))
})

test('an incomplete answer is a result', async () => {
  const incomplete = {
    type: 'response.incomplete',
    response: {status: 'incomplete', incomplete_details: {reason: 'max_output_tokens'}},
  }
  const {answer} = open(new Blob([toText(CREATED, DELTA, incomplete)]).stream())

  expect(await readAll(streamAnswer(await answer))).toBe(toText(CREATED, DELTA, incomplete))
  expect((await answer).result()).toEqual(incomplete.response)
})

test('the end of older servers is also told in the words of today', async () => {
  const done = {type: 'response.done', response: {id: 'resp_1'}}
  const {answer} = open(new Blob([toText(CREATED, DELTA, done)]).stream())

  expect(await readAll(streamAnswer(await answer))).toBe(
    `${toText(CREATED, DELTA, done)}event: response.completed\ndata: {"type":"response.completed","response":{"id":"resp_1"}}\n\n`,
  )
})

test('a blank line that is missing at the end is put there', async () => {
  const text = toText(...ANSWER)
  const {answer} = open(new Blob([text.trimEnd()]).stream())

  expect(await readAll(streamAnswer(await answer))).toBe(`${text.trimEnd()}\n\n`)
})

test('a server that keeps the connection open behind a complete answer is not waited for', async () => {
  const {body, seen, write} = createBody()
  const {answer} = open(body, {checkIntervalMs: 5})
  write(toText(...ANSWER))

  expect(await readAll(streamAnswer(await answer))).toBe(toText(...ANSWER))
  await expect.poll(() => seen, {interval: 1}).toHaveProperty('cancelled')
})

test('an item that is not JSON is told to the reader, also when a timer finds it', async () => {
  const {body, write} = createBody()
  const {answer} = open(body, {checkIntervalMs: 5})
  write(toText(DELTA))
  write('data: {"type":"response.output_item.done",no}\n\n')

  expect(await readAll(streamAnswer(await answer))).toContain('"code":"ERR_EVENT_INVALID"')
})

test('a silent answer is given up, before output and after it', async () => {
  const silent = {checkIntervalMs: 5, idleLimitMs: 20}
  const before = createBody()
  const after = createBody()
  after.write(toText(CREATED, DELTA))

  await expect(open(before.body, silent).answer).rejects.toThrow(AnswerStalledError)
  const {answer} = open(after.body, silent)
  expect((await readEnd(await answer)).at(-1)).toMatchObject({code: 'ERR_ANSWER_STALLED'})
  expect([before.seen, after.seen]).toEqual([{cancelled: 'stalled'}, {cancelled: 'stalled'}])
})

test('an answer that nobody reads for a while is not silent', async () => {
  const {body, write, close} = createBody()
  const {answer} = open(body, {checkIntervalMs: 1, idleLimitMs: 10})
  write(toText(CREATED, DELTA))
  const begun = await answer
  await new Promise((resolve) => setTimeout(resolve, 60))
  write(toText(ITEM, COMPLETED))
  close()

  expect(await readAll(streamAnswer(begun))).toBe(toText(...ANSWER))
})

test('comments count as life', async () => {
  const {body, write, close} = createBody()
  const {answer} = open(body, {checkIntervalMs: 5, idleLimitMs: 60})
  const ping = setInterval(() => write(': ping\n\n'), 5)
  await new Promise((resolve) => setTimeout(resolve, 150))
  clearInterval(ping)
  write(toText(DELTA, COMPLETED))
  close()

  expect(await readAll(streamAnswer(await answer))).toMatch(/Hello/)
})

const toWords = ({code}: CodexError) => `Do something about ${code}.`

test('the event that ends a stream says why in the words of the host', async () => {
  const {body, write, close} = createBody()
  const {answer} = open(body)
  write(toText(CREATED, DELTA))
  close()

  const text = await readAll(streamAnswer(await answer, toWords))

  expect(text).toContain('"message":"Do something about ERR_EVENT_INVALID."')
})

test('a caller who stops reading closes the connection', async () => {
  const {body, seen, write} = createBody()
  const {answer} = open(body)
  write(toText(CREATED, DELTA))

  await streamAnswer(await answer).cancel('enough')

  expect(seen.cancelled).toBe('enough')
})

test.each([
  ['a failure', toText({type: 'response.failed', response: {error: {message: 'No'}}})],
  ['an item that is not JSON', `data: {"type":"response.output_item.done",${'x'.repeat(9000)}\n\n`],
])('behind %s after output, the connection is closed at once', async (_name, event) => {
  const {body, seen, write} = createBody()
  const {answer} = open(body, {checkIntervalMs: 600_000})
  write(toText(CREATED, DELTA))
  write(event)

  expect(await readAll(streamAnswer(await answer))).toMatch(/^event: error\n/m)
  expect(seen).toHaveProperty('cancelled')
})

test('an abort while nothing has come rejects with its reason', async () => {
  const caller = new AbortController()
  const {body, fail} = createBody()
  const {answer} = open(body, {signal: caller.signal})
  caller.abort(new Error('enough'))
  fail(new Error('aborted'))

  await expect(answer).rejects.toThrow('enough')
})
