/**
 * Streams that nobody thought of: as the backend writes them and as it never did, in any parts, with
 * any line endings, cut anywhere.
 */
import process from 'node:process'
import {createParser} from 'eventsource-parser'
import * as fc from 'fast-check'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {toChatStream} from '../../../src/dialects/chat-completions/to-chat-stream.ts'
import {CodexError, EventInvalidError} from '../../../src/errors.ts'
import {collectResponse} from '../../../src/responses/answer/collect-response.ts'
import {isJsonObject, parseJson} from '../../../src/base/json-object.ts'
import {EventFramer} from '../../../src/responses/answer/events/event-framer.ts'
import type {Answer} from '../../../src/responses/answer/answer.ts'
import {openAnswer} from '../../../src/responses/answer/open-answer.ts'
import {streamAnswer} from '../../../src/responses/answer/stream-answer.ts'
import {
  anyChunking,
  anyDamagedStream,
  anyNoise,
  anyOwnAnswer,
  createSource,
  toChunks,
  type Ending,
} from '../../support/generated/any-stream.ts'
import {checkMany, TEST_TIMEOUT_MS} from '../../support/generated/check-many.ts'

interface Event {
  readonly type: string
  readonly message?: string
}

const RESULTS = ['response.completed', 'response.done', 'response.incomplete']
const FAILURES = ['error', 'response.failed']

/** Ends of parts between events. */
const WHOLE = /\n\n$|^\n$/

/** The error event that we add, at the end of what a caller gets. */
const OUR_ERROR =
  /(?:\n\n)?event: error\ndata: \{"type":"error","sequence_number":0,"code":"ERR_[^\n]*\n\n$/

/** The event that we add behind one of older servers, and a blank line before it. */
const OUR_END = /(?:\n\n)?event: response\.completed\ndata: \{[^\n]*\n\n$/

const anyBytes = fc.oneof(anyDamagedStream, anyNoise)
const mostlyNoise = fc.oneof(anyDamagedStream, {weight: 3, arbitrary: anyNoise})
const anyEnding = fc.constantFrom<Ending>('closed', 'closed', 'closed', 'cut')

const rejections: unknown[] = []
const keep = (reason: unknown) => void rejections.push(reason)

beforeAll(() => void process.on('unhandledRejection', keep))

afterAll(async () => {
  await new Promise((resolve) => setTimeout(resolve, 10))
  process.off('unhandledRejection', keep)
  expect(rejections, 'rejections that nobody handled').toEqual([])
})

/** The events in `stream` as the standard's own parser finds them. */
function parse(stream: string): Event[] {
  const events: Event[] = []
  const parser = createParser({
    onEvent({data, event: name}) {
      const event = toEvent(data, name)
      if (event) events.push(event)
    },
  })
  parser.feed(`${stream}\n\n`)
  return events
}

/** The type stands in the JSON, or else in the line `event:`; an error may be plain words. */
function toEvent(data: string, name: string | undefined): Event | undefined {
  const json = parseJson(data)
  if (isJsonObject(json)) {
    const type = typeof json['type'] === 'string' ? json['type'] : name
    return type === undefined ? undefined : {...json, type}
  }
  return name === 'error' && /^[^{]*\w/.test(data) ? {type: name, message: data} : undefined
}

/** What `read` gives, or `undefined` for an event that is not JSON. */
function readOrSkip(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof EventInvalidError)) throw error
    return undefined
  }
}

interface Framed {
  readonly events: readonly unknown[]
  readonly parts: readonly Uint8Array[]
  /** Events that do not stand where they are said to. */
  readonly misplaced: readonly unknown[]
}

/** Everything that the framer tells of the events that are wanted. */
function frame(chunks: readonly Uint8Array[], wants: (type: string) => boolean): Framed {
  const events: unknown[] = []
  const parts: Uint8Array[] = []
  const misplaced: unknown[] = []
  let placed: {readonly event: unknown; readonly start: number}[] = []
  const framer = new EventFramer({
    wants,
    onEvent(event, start) {
      const json = readOrSkip(() => event.read())
      if (json === undefined) return
      events.push(json)
      if (start !== undefined) placed.push({event: json, start})
    },
    onBytes(bytes) {
      parts.push(bytes)
      const wrong = placed.filter(({event, start}) => {
        const [first] = parse(new TextDecoder().decode(bytes.subarray(start)))
        return JSON.stringify(first) !== JSON.stringify(event)
      })
      misplaced.push(...wrong)
      placed = []
    },
  })
  for (const chunk of chunks) framer.push(chunk)
  return {events, parts: [...parts, framer.end()], misplaced}
}

/** An error of ours, as a value. */
function keepOwn(error: unknown): CodexError {
  if (error instanceof CodexError) return error
  throw error
}

/** Opens an answer to the bytes, with timers that do not strike. */
async function open(bytes: Uint8Array, sizes: readonly number[], ending: Ending) {
  const {body, seen} = createSource(toChunks(bytes, sizes), ending)
  const answer = await openAnswer(body, {
    onItem: () => {},
    request: {label: 'ada@example.com', model: 'gpt-5.2'},
    now: () => 0,
    checkIntervalMs: 600_000,
  }).catch(keepOwn)
  return {answer: answer instanceof CodexError ? undefined : answer, seen}
}

/**
 * An error of ours behind some of the bytes; or the bytes up to the event that ends the answer, and perhaps
 * what was missing behind.
 */
async function checkStreamed(answer: Answer, bytes: Uint8Array): Promise<void> {
  const given = Buffer.from(bytes).toString('latin1')
  const received = Buffer.from(await new Response(streamAnswer(answer)).arrayBuffer())
  const text = received.toString('latin1')
  const ours = OUR_ERROR.exec(text) ?? OUR_END.exec(text)
  const kept = text.slice(0, ours?.index)
  const isKept = given.startsWith(kept) || (!ours && text.startsWith(given))
  expect(isKept, 'bytes are as they came').toBe(true)
  checkLast(received.toString())
}

/** What comes behind a complete answer is read for a moment, and nobody waits for it. */
async function isReleased(seen: {readonly isReleased: boolean}): Promise<boolean> {
  for (let looks = 0; looks < 1000 && !seen.isReleased; looks += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (!seen.isReleased) await new Promise((resolve) => setTimeout(resolve, 200))
  return seen.isReleased
}

function checkLast(stream: string): void {
  expect([...RESULTS, ...FAILURES]).toContain(parse(stream).at(-1)?.type)
}

async function checkChat(answer: Answer): Promise<void> {
  const options = {model: 'gpt-5.2', askedAtMs: 0, includeUsage: true}
  const chat = await new Response(toChatStream(answer, options)).text()
  const chunks = chat.split('\n\n').slice(0, -1)
  for (const chunk of chunks.slice(0, -1)) {
    expect(JSON.parse(chunk.slice('data: '.length))).toHaveProperty('choices')
  }
  expect(chunks.at(-1)).toMatch(/^data: (?:\[DONE\]|\{"error":)/)
}

test('the framer finds what the standard parser finds', {timeout: TEST_TIMEOUT_MS}, async () => {
  await checkMany(
    'Streams, framed',
    45_000,
    fc.asyncProperty(mostlyNoise, anyChunking, async (bytes, sizes) => {
      const {events} = frame(toChunks(bytes, sizes), () => true)
      expect(events).toEqual(parse(new TextDecoder().decode(bytes)))
    }),
  )
})

test(
  'parts are whole events and the same bytes, and no event that is wanted is missed',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    const wanted = ['response.output_item.done', 'response.created', ...RESULTS, ...FAILURES]
    const isWanted = (type: string) => wanted.includes(type)
    await checkMany(
      'Streams, cut',
      35_000,
      fc.asyncProperty(mostlyNoise, anyChunking, async (bytes, sizes) => {
        const {events, parts, misplaced} = frame(toChunks(bytes, sizes), isWanted)

        expect(Buffer.concat(parts).equals(bytes)).toBe(true)
        const whole = parts.slice(0, -1)
        const cut = whole.filter((part) => !WHOLE.test(Buffer.from(part).toString('latin1')))
        expect(bytes.includes(0x0d) ? [] : cut, 'parts that are no whole events').toEqual([])
        const expected = parse(new TextDecoder().decode(bytes))
        expect(events).toEqual(expected.filter(({type}) => isWanted(type)))
        expect(misplaced, 'events that are elsewhere').toEqual([])
      }),
    )
  },
)

test('an answer that ends well is handed on byte by byte', {timeout: TEST_TIMEOUT_MS}, async () => {
  let complete = 0
  const runs = await checkMany(
    'Answers, whole',
    5000,
    fc.asyncProperty(anyOwnAnswer, anyChunking, async (stream, sizes) => {
      const {answer, seen} = await open(Buffer.from(stream), sizes, 'closed')
      const last = parse(stream).at(-1)?.type ?? 'nothing'
      const received = answer && (await new Response(streamAnswer(answer)).text())
      const isComplete = last === 'response.completed' || last === 'response.incomplete'
      complete += Number(isComplete)
      expect(isComplete ? received : stream).toBe(stream)
      const told = parse(received ?? '').filter(({type}) => FAILURES.includes(type))
      expect(told.length, 'failures that are told').toBeLessThanOrEqual(1)
      expect(await isReleased(seen)).toBe(true)
    }),
  )
  expect(complete / runs).toBeGreaterThan(0.1)
})

test(
  'whatever comes, the caller gets an answer, or is told once that there is none',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    await checkMany(
      'Answers, damaged',
      8000,
      fc.asyncProperty(anyBytes, anyChunking, anyEnding, async (bytes, sizes, ending) => {
        const {answer, seen} = await open(bytes, sizes, ending)
        if (answer) await checkStreamed(answer, bytes)
        expect(await isReleased(seen)).toBe(true)
      }),
    )
  },
)

test(
  'whatever comes, a caller without a stream gets one object or an error of ours',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    let complete = 0
    const runs = await checkMany(
      'Answers, collected',
      4000,
      fc.asyncProperty(anyBytes, anyChunking, anyEnding, async (bytes, sizes, ending) => {
        const {answer, seen} = await open(bytes, sizes, ending)
        const collected = answer && collectResponse(answer, {now: () => 0})
        const outcome = await collected?.catch(keepOwn)
        if (outcome && 'output' in outcome) complete += 1
        expect(await isReleased(seen)).toBe(true)
      }),
    )
    expect(complete / runs).toBeGreaterThan(0.05)
  },
)

test(
  'whatever comes, a chat ends with [DONE] or with an error',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    await checkMany(
      'Chats',
      5000,
      fc.asyncProperty(anyBytes, anyChunking, anyEnding, async (bytes, sizes, ending) => {
        const {answer, seen} = await open(bytes, sizes, ending)
        if (answer) await checkChat(answer)
        expect(await isReleased(seen)).toBe(true)
      }),
    )
  },
)

test(
  'a connection that stays open is closed once the answer is complete or silent',
  {timeout: TEST_TIMEOUT_MS},
  async () => {
    await checkMany(
      'Answers, kept open',
      300,
      fc.asyncProperty(anyBytes, anyChunking, async (bytes, sizes) => {
        const {body, seen} = createSource(toChunks(bytes, sizes), 'open')
        const options = {
          onItem: () => {},
          request: {label: 'ada@example.com', model: 'gpt-5.2'},
          now: () => 0,
          checkIntervalMs: 1,
          idleLimitMs: 10,
        }
        const answer = await openAnswer(body, options).catch(keepOwn)
        if (!(answer instanceof CodexError)) {
          checkLast(await new Response(streamAnswer(answer)).text())
        }
        expect(await isReleased(seen)).toBe(true)
      }),
    )
  },
)
