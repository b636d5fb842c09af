/**
 * Finds the events in a streamed answer while its bytes pass by.
 *
 * The bytes reach the caller as they came, so an event that nobody here needs is never decoded: its
 * end is found by a native search and its type is read from its first characters.
 *
 * @module
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream}
 */
import {createParser} from 'eventsource-parser'
import {EventInvalidError} from '../errors.ts'
import {isJsonObject, parseJson, type JsonObject} from '../http/json-object.ts'

/** The most one event may have, in bytes; an image of a tool is the largest seen, with 20 MB. */
export const MAX_EVENT_BYTES = 32_000_000

/** One event of the Responses API. */
export interface ResponsesEvent {
  /** For example `response.output_item.done`. */
  readonly type: string
  /** Length of its JSON, in characters. */
  readonly characters: number
  /** Its JSON. */
  read(): JsonObject
}

/** Takes bytes, and reports the events in them. */
export interface EventScanner {
  /** @throws {EventInvalidError} An event grew larger than the bound. */
  push(chunk: Uint8Array): void
  /** Reports an event that the end of the stream cut off from its blank line. */
  end(): void
}

/** Where events of this backend begin: an optional name, then JSON with the type in front. */
const BEGINNING = /^(?:event: ?[\w.]+\n)?data: ?\{"type": ?"([\w.]+)"/

/** Characters of an event that {@link BEGINNING} is looked for in. */
const BEGINNING_CHARACTERS = 160

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const BLANK_LINE = '\n\n'

/** Creates a scanner that calls `onEvent` for each event, in order. */
export function createEventScanner(
  onEvent: (event: ResponsesEvent) => void,
  {maxEventBytes = MAX_EVENT_BYTES}: {readonly maxEventBytes?: number} = {},
): EventScanner {
  /** The parts of an event whose end has not come yet. */
  let pending: Buffer[] = []
  let pendingBytes = 0
  /** Takes over for good once a stream turns out to use carriage returns. */
  let lineByLine: EventScanner | undefined

  function keep(part: Buffer): void {
    pendingBytes += part.length
    if (pendingBytes > maxEventBytes) {
      throw new EventInvalidError(
        `The answer holds an event of more than ${maxEventBytes / 1_000_000} MB, which is the most that is read. Ask for less at once.`,
      )
    }
    if (part.length > 0) pending.push(part)
  }

  function takePending(): Buffer {
    const event = pending.length === 1 ? pending[0]! : Buffer.concat(pending)
    pending = []
    pendingBytes = 0
    return event
  }

  function scan(chunk: Buffer): void {
    let start = 0
    // A blank line may lie across two chunks.
    if (chunk[0] === LINE_FEED && pending.at(-1)?.at(-1) === LINE_FEED) {
      report(takePending(), onEvent)
      start = 1
    }
    for (;;) {
      const end = chunk.indexOf(BLANK_LINE, start, 'latin1')
      if (end === -1) break
      const rest = chunk.subarray(start, end)
      if (pending.length === 0) report(rest, onEvent)
      else {
        keep(rest)
        report(takePending(), onEvent)
      }
      start = end + BLANK_LINE.length
    }
    keep(chunk.subarray(start))
  }

  return {
    push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      if (lineByLine === undefined && chunk.includes(CARRIAGE_RETURN)) {
        lineByLine = createLineScanner(onEvent, maxEventBytes)
        lineByLine.push(takePending())
      }
      if (lineByLine) lineByLine.push(chunk)
      else scan(chunk)
    },
    end() {
      if (lineByLine) lineByLine.end()
      else report(takePending(), onEvent)
    },
  }
}

/** The standard's own parser, for streams that are not written as this backend writes them. */
function createLineScanner(
  onEvent: (event: ResponsesEvent) => void,
  maxBufferSize: number,
): EventScanner {
  const decoder = new TextDecoder()
  const parser = createParser({
    maxBufferSize,
    onEvent: ({data}) => reportData(data, onEvent),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') {
        throw new EventInvalidError('The answer holds an event that is too large', {cause: error})
      }
    },
  })
  return {
    push: (chunk) => parser.feed(decoder.decode(chunk, {stream: true})),
    end: () => parser.feed(`${decoder.decode()}${BLANK_LINE}`),
  }
}

function report(event: Buffer, onEvent: (event: ResponsesEvent) => void): void {
  if (event.length === 0) return
  const type = BEGINNING.exec(event.toString('latin1', 0, BEGINNING_CHARACTERS))?.[1]
  if (type === undefined) {
    parseEvent(event.toString(), (data) => reportData(data, onEvent))
    return
  }
  onEvent({type, characters: event.length, read: () => readEvent(event.toString())})
}

function parseEvent(text: string, onData: (data: string) => void): void {
  createParser({onEvent: ({data}) => onData(data)}).feed(`${text}${BLANK_LINE}`)
}

/** @throws {EventInvalidError} Its data is not a JSON object. */
function readEvent(text: string): JsonObject {
  let data = text.slice(text.indexOf('data:') + 'data:'.length)
  if (data.includes('\n')) parseEvent(text, (joined) => (data = joined))
  const json = parseJson(data)
  if (isJsonObject(json)) return json
  throw new EventInvalidError('The backend sent an event that is not valid JSON. Ask again.')
}

function reportData(data: string, onEvent: (event: ResponsesEvent) => void): void {
  const json = parseJson(data)
  if (!isJsonObject(json) || typeof json['type'] !== 'string') return
  onEvent({type: json['type'], characters: data.length, read: () => json})
}
