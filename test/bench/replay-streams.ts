/**
 * The ways in which the replay server answers.
 *
 * @module
 */
import {once} from 'node:events'
import type {ServerResponse} from 'node:http'
import process from 'node:process'
import {setTimeout} from 'node:timers/promises'
import {
  buildAnswer,
  buildClosing,
  buildMessage,
  buildOpening,
  buildStamped,
} from './replay-events.ts'

/**
 * What a request's prompt names to say how it wants to be answered: `bulk` in writes that end anywhere,
 * `one-by-one` in one write for each event, `paced` like that, but no faster than a model writes, `halfway` like that, but only half of it, `endless` with a
 * first event and no other, `headers` without any event, `huge` with more than a client could hold, `silent` not at all.
 */
export type Scenario =
  | 'brief'
  | 'bulk'
  | 'bulk-large'
  | 'distinct'
  | 'endless'
  | 'halfway'
  | 'headers'
  | 'huge'
  | 'one-by-one'
  | 'one-by-one-long'
  | 'paced'
  | 'short'
  | 'silent'

/** Writes one answer. */
export type Streams = Readonly<Record<Scenario, (response: ServerResponse) => Promise<void>>>

/** Deltas of a usual answer. */
export const DELTAS = 2000

/** Deltas of an answer that takes all day. */
export const LONG_DELTAS = 50_000

/** Deltas of an answer of 2 MB. */
export const LARGE_DELTAS = 8500

/** Deltas of an answer that comes at the pace of a model. */
const PACED_DELTAS = 400

/** Between two of them, in milliseconds. */
const PACE_MS = 2

/** Characters of each text in a `distinct` answer. */
export const DISTINCT_CHARACTERS = 16_000

/** Bytes per write of an answer in bulk. */
const BULK_WRITE_BYTES = 16_384

/** Bytes of an answer that no client could hold. */
const HUGE_BYTES = 400_000_000

/** Answers that stop halfway stop at so many different places. */
const HALFWAY_PLACES = 64

/** Builds each answer when it is asked for first. */
export function createStreams(): Streams {
  const opening = buildOpening()
  const short = Buffer.concat(buildAnswer(1))
  const events = lazily(() => buildAnswer(DELTAS))
  const longEvents = lazily(() => buildAnswer(LONG_DELTAS))
  const bulk = lazily(() => Buffer.concat(buildAnswer(DELTAS)))
  const bulkLarge = lazily(() => Buffer.concat(buildAnswer(LARGE_DELTAS)))
  const counts = {brief: 0, distinct: 0, halfway: 0}
  return {
    async brief(response) {
      counts.brief++
      begin(response).end(buildMessage(`msg_brief_${counts.brief}`, `Answer ${counts.brief}.`))
    },
    bulk: async (response) => writeAll(response, cut(bulk())),
    'bulk-large': async (response) => writeAll(response, cut(bulkLarge())),
    async distinct(response) {
      counts.distinct++
      const text = `${counts.distinct} `.padEnd(DISTINCT_CHARACTERS, 'x')
      begin(response).end(buildMessage(`msg_${counts.distinct}`, text))
    },
    endless: async (response) => void begin(response).write(opening),
    async halfway(response) {
      counts.halfway++
      const place = DELTAS / 2 + 2 * (counts.halfway % HALFWAY_PLACES)
      await write(begin(response), events().slice(0, place))
    },
    headers: async (response) => void begin(response),
    huge: async (response) => writeAll(response, repeat(bulk())),
    'one-by-one': async (response) => writeAll(response, events()),
    'one-by-one-long': async (response) => writeAll(response, longEvents()),
    async paced(response) {
      const answer = begin(response)
      answer.write(opening)
      for (let count = 0; count < PACED_DELTAS; count++) {
        await setTimeout(PACE_MS)
        answer.write(buildStamped(process.hrtime.bigint()))
      }
      answer.end(buildClosing('As above.'))
    },
    short: async (response) => void begin(response).end(short),
    async silent() {},
  }
}

function begin(response: ServerResponse): ServerResponse {
  response.setHeader('content-type', 'text/event-stream')
  response.flushHeaders()
  return response
}

async function writeAll(response: ServerResponse, parts: Iterable<Uint8Array>): Promise<void> {
  await write(begin(response), parts)
  response.end()
}

async function write(response: ServerResponse, parts: Iterable<Uint8Array>): Promise<void> {
  for (const part of parts) {
    if (!response.write(part)) await once(response, 'drain')
  }
}

function* cut(bytes: Buffer): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += BULK_WRITE_BYTES) {
    yield bytes.subarray(at, at + BULK_WRITE_BYTES)
  }
}

function* repeat(bytes: Buffer): Iterable<Uint8Array> {
  for (let sent = 0; sent < HUGE_BYTES; sent += bytes.length) yield bytes
}

function lazily<Value>(build: () => Value): () => Value {
  let built: Value | undefined
  return () => (built ??= build())
}
