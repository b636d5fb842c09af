/**
 * Finds the events in the bytes of a streamed answer.
 *
 * The bytes reach the caller as they came, so an event that nobody asks for is never decoded: its end is found
 * by a native search, and its beginning is compared with that of the last one of its type.
 *
 * @module
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream}
 */
import {createParser, type EventSourceParser} from 'eventsource-parser'
import {EventInvalidError} from '../../../errors.ts'
import {MAX_EVENT_BYTES, PendingBytes} from './pending-bytes.ts'
import {
  BLANK_LINE,
  parseEvent,
  toEvent,
  toParsedEvent,
  type ResponsesEvent,
} from './responses-event.ts'

/** Told what the bytes hold: of each run of whole events first the events, then the bytes. */
export interface FrameListener {
  /** Whether events of this type are to be told. Once `false`, it stays so. */
  wants(type: string): boolean
  /**
   * @param start Where the event begins in the bytes that are told next; `undefined` in a stream with other line
   *   endings than this backend's.
   */
  onEvent(event: ResponsesEvent, start: number | undefined): void
  /**
   * Whole events, byte for byte as they came. A stream with other line endings is told as it comes, in parts
   * that need not be whole events.
   *
   * @param hasEvents Whether there is more in them than comments.
   */
  onBytes?(bytes: Uint8Array, hasEvents: boolean): void
}

/** Where events of this backend begin: an optional name, then JSON with the type in front. */
const BEGINNING = /^(?:event: ?[\w.]+\n)?data: ?\{"type": ?"([\w.]+)"/

/** Characters of an event that {@link BEGINNING} is looked for in. */
const BEGINNING_CHARACTERS = 160

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = '\r'

declare global {
  interface Buffer {
    /** What `toString('latin1')` calls. Without a `Buffer` made of the bytes, it takes a quarter of the time. */
    latin1Slice(this: Uint8Array, start: number, end: number): string
  }
}

/** Lends its method to bytes that are no `Buffer`. */
const BUFFER = Buffer.alloc(0)

/** One character for each byte: short searches in a string cost a fraction of those in a `Buffer`. */
function toLatin1(bytes: Uint8Array): string {
  return BUFFER.latin1Slice.call(bytes, 0, bytes.length)
}

/** Takes the bytes of one stream, in any parts. */
export class EventFramer {
  readonly #listener: FrameListener
  readonly #maxEventBytes: number
  /** The beginning of an event whose end has not come yet. */
  readonly #held: PendingBytes
  /** How the last event began that was not asked for; nearly always, the next one begins in the same way. */
  #usual = CARRIAGE_RETURN
  #hasEvents = false
  /** Takes over for good once a stream turns out to use carriage returns. */
  #lines: LineReader | undefined

  /** @param maxEventBytes How large an event may be. Default {@link MAX_EVENT_BYTES}. */
  constructor(listener: FrameListener, maxEventBytes = MAX_EVENT_BYTES) {
    this.#listener = listener
    this.#maxEventBytes = maxEventBytes
    this.#held = new PendingBytes(maxEventBytes)
  }

  /** Whether the stream has other line endings, so that its parts need not be whole events. */
  get isStrange(): boolean {
    return this.#lines !== undefined
  }

  /** @throws {EventInvalidError} An event is larger than the bound. */
  push(chunk: Uint8Array): void {
    if (this.#lines) return this.#pass(chunk, this.#lines)
    const text = toLatin1(chunk)
    if (text.includes(CARRIAGE_RETURN)) return this.#beginLines(chunk)
    const start = this.#held.size === 0 ? 0 : this.#join(chunk, text)
    const end = this.#walk(chunk, text, start)
    if (end > start)
      this.#tell(start === 0 && end === chunk.length ? chunk : chunk.subarray(start, end))
    if (end < chunk.length) this.#held.add(chunk.subarray(end))
  }

  /**
   * Tells of an event that the end of the stream cut off from its blank line.
   *
   * @returns Its bytes, which are not told.
   */
  end(): Uint8Array {
    const rest = this.#held.take()
    if (this.#lines) this.#lines.end()
    else if (rest.length > 0) this.#lookAtOne(rest, rest.length)
    return rest
  }

  /** Completes the event that is held. Returns where in `chunk` it ends. */
  #join(chunk: Uint8Array, text: string): number {
    const startsAtSeam = chunk[0] === LINE_FEED && this.#held.last === LINE_FEED
    const at = startsAtSeam ? -1 : text.indexOf(BLANK_LINE)
    const end = startsAtSeam ? 1 : at === -1 ? chunk.length : at + BLANK_LINE.length
    this.#held.add(chunk.subarray(0, end))
    if (!startsAtSeam && at === -1) return end
    const joined = this.#held.take()
    this.#lookAtOne(joined, joined.length - BLANK_LINE.length)
    this.#tell(joined)
    return end
  }

  /** Looks at the events that end in `chunk`, from `from` on. Returns where the last of them ends. */
  #walk(chunk: Uint8Array, text: string, from: number): number {
    let start = from
    for (;;) {
      const behind = start + this.#usual.length
      // Faster than `startsWith` (Node 20 and 22).
      const isUsual = text.slice(start, behind) === this.#usual
      const end = text.indexOf(BLANK_LINE, isUsual ? behind : start)
      if (end === -1) return start
      if (isUsual) this.#hasEvents = true
      else this.#look(chunk, {text, start, end, from})
      start = end + BLANK_LINE.length
    }
  }

  /** The text of its beginning is enough: an event that came in many parts may be large. */
  #lookAtOne(bytes: Uint8Array, end: number): void {
    const text = toLatin1(bytes.subarray(0, BEGINNING_CHARACTERS))
    if (text.startsWith(this.#usual)) this.#hasEvents = true
    else this.#look(bytes, {text, start: 0, end, from: 0})
  }

  #look(
    chunk: Uint8Array,
    {text, start, end, from}: {text: string; start: number; end: number; from: number},
  ): void {
    const head = text.slice(start, Math.min(end, start + BEGINNING_CHARACTERS))
    const [beginning, type] = BEGINNING.exec(head) ?? []
    if (beginning !== undefined && type !== undefined && !this.#listener.wants(type)) {
      this.#hasEvents = true
      this.#usual = beginning
      return
    }
    const bytes = chunk.subarray(start, end)
    this.#report(type === undefined ? parseEvent(bytes) : toEvent(type, bytes), start - from)
  }

  #report(event: ResponsesEvent | undefined, start?: number): void {
    if (!event) return
    this.#hasEvents = true
    if (this.#listener.wants(event.type)) this.#listener.onEvent(event, start)
  }

  #tell(bytes: Uint8Array): void {
    const hasEvents = this.#hasEvents
    this.#hasEvents = false
    this.#listener.onBytes?.(bytes, hasEvents)
  }

  /** Streams with other line endings are not written by this backend; they go through as they are. */
  #beginLines(chunk: Uint8Array): void {
    const lines = createLineReader((event) => this.#report(event), this.#maxEventBytes)
    const held = this.#held.take()
    this.#lines = lines
    if (held.length > 0) this.#pass(held, lines)
    this.#pass(chunk, lines)
  }

  #pass(bytes: Uint8Array, lines: LineReader): void {
    lines.push(bytes)
    this.#tell(bytes)
  }
}

interface LineReader {
  push(bytes: Uint8Array): void
  end(): void
}

/** The standard's own parser, for streams that are not written as this backend writes them. */
function createLineReader(
  report: (event: ResponsesEvent | undefined) => void,
  maxBufferSize: number,
): LineReader {
  const decoder = new TextDecoder()
  const parser: EventSourceParser = createParser({
    maxBufferSize,
    onEvent: (message) => report(toParsedEvent(message)),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') {
        throw new EventInvalidError('The answer holds an event that is too large', {cause: error})
      }
    },
  })
  return {
    push: (bytes) => parser.feed(decoder.decode(bytes, {stream: true})),
    end: () => parser.feed(`${decoder.decode()}${BLANK_LINE}`),
  }
}
