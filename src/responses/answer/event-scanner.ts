/**
 * Reads the events of a streamed answer one by one, from its bytes.
 *
 * The bytes reach the caller as they came, so an event that nobody here needs is never decoded: its
 * end is found by a native search and its type is read from its first characters.
 *
 * @module
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream}
 */
import {createParser, type EventSourceMessage} from 'eventsource-parser'
import {EventInvalidError} from '../../errors.ts'
import {
  isDeepJson,
  isJsonObject,
  parseJson,
  toText,
  type JsonObject,
} from '../../base/json-object.ts'
import {createPendingBytes, MAX_EVENT_BYTES} from './pending-bytes.ts'

/** One event of the Responses API. */
export interface ResponsesEvent {
  /** For example `response.output_item.done`: as its JSON says, else as the line `event:` does. */
  readonly type: string
  /** Length of its JSON, in characters. */
  readonly characters: number
  /**
   * Its JSON, with its `type`.
   *
   * @throws {EventInvalidError} It is not a JSON object, or is nested too deeply to be written again.
   */
  read(): JsonObject
}

/** Called for each event, in order. After `stop` no more events are reported. */
export type EventListener = (event: ResponsesEvent) => 'stop' | void

/** Takes bytes, and reports the events in them. */
export interface EventScanner {
  /** @throws {EventInvalidError} An event is larger than `maxEventBytes`. */
  push(chunk: Uint8Array): void
  /** Reports an event that the end of the stream cut off from its blank line. */
  end(): void
}

/** How large an event may be. */
export interface EventScannerOptions {
  /** Default {@link MAX_EVENT_BYTES}. */
  readonly maxEventBytes?: number
}

/** Where events of this backend begin: an optional name, then JSON with the type in front. */
const BEGINNING = /^(?:event: ?[\w.]+\n)?data: ?\{"type": ?"([\w.]+)"/

/** Characters of an event that {@link BEGINNING} is looked for in. */
const BEGINNING_CHARACTERS = 160

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
export const BLANK_LINE = '\n\n'

/** Creates a scanner that tells `listener` of each event. */
export function createEventScanner(
  listener: EventListener,
  {maxEventBytes = MAX_EVENT_BYTES}: EventScannerOptions = {},
): EventScanner {
  const pending = createPendingBytes(maxEventBytes)
  const progress = {stopped: false}
  /** Takes over for good once a stream turns out to use carriage returns. */
  let lineByLine: EventScanner | undefined

  function report(event: ResponsesEvent): void {
    if (!progress.stopped) progress.stopped = listener(event) === 'stop'
  }

  function scan(chunk: Buffer): void {
    let start = 0
    // A blank line may lie across two chunks.
    if (chunk[0] === LINE_FEED && pending.last() === LINE_FEED) {
      reportEvent(pending.take(), report)
      start = 1
    }
    while (!progress.stopped) {
      const end = chunk.indexOf(BLANK_LINE, start, 'latin1')
      if (end === -1) break
      pending.add(chunk.subarray(start, end))
      reportEvent(pending.take(), report)
      start = end + BLANK_LINE.length
    }
    pending.add(chunk.subarray(start))
  }

  return {
    push(bytes) {
      if (progress.stopped) return
      const chunk = toBuffer(bytes)
      if (lineByLine === undefined && hasCarriageReturn(chunk)) {
        lineByLine = createLineScanner(report, maxEventBytes)
        lineByLine.push(pending.take())
      }
      if (lineByLine) lineByLine.push(chunk)
      else scan(chunk)
    },
    end() {
      if (lineByLine) lineByLine.end()
      else reportEvent(pending.take(), report)
    },
  }
}

/** The same bytes, with the native searches of a `Buffer`. */
export function toBuffer({buffer, byteOffset, byteLength}: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

/** Whether the stream ends its lines in another way than this backend does. */
export function hasCarriageReturn(chunk: Buffer): boolean {
  return chunk.includes(CARRIAGE_RETURN)
}

/** Reports the event in `bytes`, which are those between two blank lines. */
export function reportEvent(bytes: Buffer, report: (event: ResponsesEvent) => void): void {
  if (bytes.length === 0) return
  const type = BEGINNING.exec(bytes.toString('latin1', 0, BEGINNING_CHARACTERS))?.[1]
  if (type === undefined) parseEvent(bytes.toString(), (message) => reportMessage(message, report))
  else report({type, characters: bytes.length, read: () => readEvent(bytes.toString())})
}

/** The standard's own parser, for streams that are not written as this backend writes them. */
function createLineScanner(
  report: (event: ResponsesEvent) => void,
  maxBufferSize: number,
): EventScanner {
  const decoder = new TextDecoder()
  const parser = createParser({
    maxBufferSize,
    onEvent: (message) => reportMessage(message, report),
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

function parseEvent(text: string, onEvent: (message: EventSourceMessage) => void): void {
  createParser({onEvent}).feed(`${text}${BLANK_LINE}`)
}

function readEvent(text: string): JsonObject {
  let data = text.slice(text.indexOf('data:') + 'data:'.length)
  if (data.includes('\n')) parseEvent(text, (message) => (data = message.data))
  return checkEvent(parseJson(data), data)
}

function checkEvent(json: unknown, data: string): JsonObject {
  const fault = !isJsonObject(json) ? 'not valid JSON' : isDeepJson(data) ? 'nested too deeply' : ''
  if (isJsonObject(json) && fault === '') return json
  throw new EventInvalidError(`The backend sent an event that is ${fault}. Ask again.`)
}

function reportMessage(
  {data, event: name}: EventSourceMessage,
  report: (event: ResponsesEvent) => void,
): void {
  const json = parseJson(data)
  if (isJsonObject(json)) {
    const type = toText(json['type']) ?? name
    if (type === undefined) return
    report({type, characters: data.length, read: () => checkEvent({...json, type}, data)})
  } else if (name === 'error' && /^[^{]*\w/.test(data)) {
    // Something in front of the backend says in plain words why there is no answer.
    report({type: name, characters: data.length, read: () => ({type: name, message: data})})
  }
}
