/**
 * An answer, from its first output to its last byte.
 *
 * @module
 */
import {AnswerStalledError, CodexError, NetworkError} from '../../errors.ts'
import type {Clock} from '../../base/clock.ts'
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'
import {
  createEndedEarlyError,
  isFailure,
  toEventError,
  type RefusedRequest,
} from '../refusal/backend-error.ts'
import {AnswerNews, NEWS_EVENTS, type NewsListeners} from './answer-news.ts'
import {BLANK_LINE, createEventScanner} from './event-scanner.ts'
import type {EventScanner, ResponsesEvent} from './event-scanner.ts'
import {createEventWatcher, type EventWatcher} from './event-watcher.ts'
import {findEnd, LAST_EVENTS} from './find-end.ts'
import {hasWords, isHandshake} from './has-words.ts'
import {isLife} from './is-life.ts'
import {WaitClock, type Waited} from './wait-clock.ts'
import {createWholeEvents} from './whole-events.ts'

const LINE_FEED = 0x0a

const NOTHING = new Uint8Array()

/** How long nothing at all may come while somebody waits, in milliseconds. */
const IDLE_LIMIT_MS = 5 * 60_000

/**
 * How long nothing may come but comments and handshakes, in milliseconds. The highest efforts think for more
 * than nine minutes without a word, and only pings show that they do.
 */
const WORDLESS_LIMIT_MS = 30 * 60_000

/** How long events are held back while no word has come, in milliseconds. */
const HOLD_BACK_MS = 10_000

/** The most that is held back, in bytes: instructions and tools of the request come back in the first events. */
const MAX_HELD_BYTES = 4_000_000

/** How often a caller who waits hears that the answer is still under way, in milliseconds. */
const KEEP_ALIVE_MS = 15_000

/** How often to look whether an answer is silent, in milliseconds. */
const CHECK_INTERVAL_MS = 1000

/** What {@link openAnswer} needs from outside. */
export interface OpenAnswerOptions extends NewsListeners {
  /** What an error needs to know about the request. */
  readonly request: Omit<RefusedRequest, 'nowMs'>
  readonly now: Clock
  readonly signal?: AbortSignal | undefined
  /** Default {@link HOLD_BACK_MS}; `Infinity` for a caller who sees nothing before the end. */
  readonly holdBackMs?: number | undefined
  /** Default {@link WORDLESS_LIMIT_MS}. */
  readonly wordlessLimitMs?: number | undefined
  /** Default {@link IDLE_LIMIT_MS}. */
  readonly idleLimitMs?: number | undefined
  /** Default {@link KEEP_ALIVE_MS}. */
  readonly keepAliveMs?: number | undefined
  /** Default {@link CHECK_INTERVAL_MS}. */
  readonly checkIntervalMs?: number | undefined
}

/** An answer of which a first word has come, or which was held back long enough. */
export interface Answer {
  /**
   * The next whole events, byte for byte as they came; `undefined` after the last.
   *
   * @throws {CodexError} The answer did not end well.
   */
  read(): Promise<Uint8Array | undefined>
  /** Tells `listener` now and then that somebody still waits for bytes. */
  whileSilent(listener: () => void): void
  /** Closes the connection. */
  cancel(reason?: unknown): Promise<void>
  /** The response in the last event, once `read` gave `undefined`. */
  result(): JsonObject
  /** How many items of the output were finished one by one, once `read` gave `undefined`. */
  itemCount(): number
}

/**
 * Waits for the first word. Until then nobody has read anything, and a failure can be asked again; but no
 * caller is kept waiting for long: after a while, the answer begins as it is.
 *
 * @throws {CodexError} The answer failed, fell silent or ended before any word.
 * @throws The signal's reason, when it is aborted.
 */
export async function openAnswer(
  body: ReadableStream<Uint8Array>,
  options: OpenAnswerOptions,
): Promise<Answer> {
  const answer = new StreamedAnswer(body, options)
  try {
    await answer.open()
    return answer
  } catch (error) {
    await answer.cancel(error).catch(() => {})
    throw error
  }
}

type ReadResult = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>

class StreamedAnswer implements Answer {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #options: OpenAnswerOptions
  readonly #news: AnswerNews
  readonly #watcher: EventWatcher
  readonly #whole = createWholeEvents()
  readonly #clock: WaitClock
  /** What can be handed on. */
  readonly #events: Uint8Array[] = []
  /** What came before the first word. */
  readonly #opening: Uint8Array[] = []
  #openingBytes = 0
  /** Looks for the first word, until it has come. */
  #scanner: EventScanner | undefined
  /** Begins the answer, although no word has come. */
  #release: (outcome: 'released') => void = () => {}
  #isOpen = false
  /** A read that was under way when the answer was released. */
  #pending: Promise<Uint8Array | undefined> | undefined
  #onSilence = () => {}
  /** The last event is here. */
  #isComplete = false
  /** Why we closed the connection ourselves. */
  #closed: 'complete' | 'stalled' | undefined
  #failure: CodexError | undefined
  #result: JsonObject | undefined

  constructor(body: ReadableStream<Uint8Array>, options: OpenAnswerOptions) {
    const {checkIntervalMs = CHECK_INTERVAL_MS} = options
    this.#reader = body.getReader()
    this.#options = options
    this.#news = new AnswerNews(options)
    this.#watcher = createEventWatcher({every: NEWS_EVENTS, last: LAST_EVENTS}, (event) =>
      this.#news.tell(event),
    )
    this.#scanner = createEventScanner((event) => this.#lookForWords(event))
    this.#clock = new WaitClock(checkIntervalMs, (waited) => this.#check(waited))
  }

  async open(): Promise<void> {
    const released = new Promise<'released'>((resolve) => (this.#release = resolve))
    while (this.#scanner && this.#openingBytes <= MAX_HELD_BYTES) {
      const reading = this.#next()
      const bytes = await Promise.race([reading, released])
      if (bytes === 'released') {
        this.#pending = reading
        // Told to whoever reads on.
        reading.catch(() => {})
        break
      }
      if (bytes) this.#hold(bytes, this.#scanner)
      else this.#endOpening(this.#scanner)
    }
    this.#clock.hold(false)
    this.#isOpen = true
  }

  async read(): Promise<Uint8Array | undefined> {
    try {
      for (;;) {
        const events = this.#events.shift()
        if (events) return events
        if (this.#failure) throw this.#failure
        if (this.#isComplete) return this.#finish()
        const bytes = this.#opening.shift() ?? (await this.#more())
        if (!bytes) return this.#finish()
        for (const whole of this.#whole.push(bytes)) this.#take(whole)
      }
    } catch (error) {
      // Nobody reads on behind an error, so the connection would stay open.
      await this.cancel(error).catch(() => {})
      throw error
    }
  }

  whileSilent(listener: () => void): void {
    this.#onSilence = listener
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#clock.stop()
    await this.#reader.cancel(reason)
  }

  result(): JsonObject {
    return this.#result ?? {}
  }

  itemCount(): number {
    return this.#news.itemCount
  }

  #hold(bytes: Uint8Array, scanner: EventScanner): void {
    scanner.push(bytes)
    this.#opening.push(bytes)
    this.#openingBytes += bytes.length
    this.#clock.hold(true)
  }

  /** The last event may be without its blank line. */
  #endOpening(scanner: EventScanner): void {
    scanner.end()
    if (this.#scanner) throw createEndedEarlyError()
  }

  #lookForWords(event: ResponsesEvent): 'stop' | void {
    const {type} = event
    if (isFailure(type) && !this.#isOpen) throw this.#toError(event.read())
    this.#news.tellEarly(event)
    if (!isHandshake(event)) this.#clock.progressed()
    if (!this.#isWord(event)) return undefined
    this.#scanner = undefined
    return 'stop'
  }

  /** Once the answer has begun, what cannot be read is not asked again. */
  #isWord(event: ResponsesEvent): boolean {
    try {
      return hasWords(event)
    } catch (error) {
      if (!this.#isOpen || !(error instanceof CodexError)) throw error
      return true
    }
  }

  /** What was being read when the answer was released, then the rest. */
  #more(): Promise<Uint8Array | undefined> {
    const reading = this.#pending ?? this.#next()
    this.#pending = undefined
    return reading
  }

  /** Not an async function, because it is called for every few words. */
  #next(): Promise<Uint8Array | undefined> {
    this.#clock.wait()
    return this.#reader.read().then(this.#accept, this.#explainCut)
  }

  readonly #accept = ({done, value}: ReadResult) => {
    this.#clock.heard()
    if (this.#closed === 'stalled') throw createStalledError()
    if (done) return undefined
    if (!this.#scanner) {
      if (isLife(value)) this.#clock.progressed()
    } else if (this.#isOpen) {
      this.#scanner.push(value)
    }
    return value
  }

  readonly #explainCut = (cause: unknown): undefined => {
    this.#options.signal?.throwIfAborted()
    // What is complete stays so, whatever happens to the connection behind it.
    if (!this.#watcher.last()) throw createCutError(cause)
  }

  /** An event that says why there is no more is not handed on, but told as an error. */
  #take(events: Uint8Array): void {
    this.#watcher.push(events)
    const isStrange = this.#whole.isStrange()
    const end = isStrange ? undefined : findEnd(events)
    if (!end || !isFailure(end.event.type)) {
      this.#events.push(events)
      if (end || (isStrange && this.#hasEnded(events))) this.#complete()
      return
    }
    this.#failure = this.#toError(end.event.read())
    if (end.start > 0) this.#events.push(events.subarray(0, end.start))
  }

  /** Whether a result has come, in a stream of which `events` need not be whole. */
  #hasEnded(events: Uint8Array): boolean {
    const last = events.at(-1) === LINE_FEED ? this.#watcher.last() : undefined
    return last !== undefined && !isFailure(last.type)
  }

  /** Nobody waits for the server. What it still sends is read for a moment, so that the connection can be used again. */
  #complete(): void {
    if (this.#isComplete) return
    this.#isComplete = true
    this.#clock.stop()
    void drain(this.#reader, this.#options.checkIntervalMs ?? CHECK_INTERVAL_MS)
  }

  /** Bytes that a reader needs to understand the end, if some are missing; then the result is there. */
  #finish(): Uint8Array | undefined {
    if (this.#result) return undefined
    if (this.#failure) throw this.#failure
    this.#clock.stop()
    const rest = this.#isComplete ? NOTHING : this.#whole.rest()
    if (rest.length > 0) this.#watcher.push(rest)
    this.#watcher.end()
    const last = this.#watcher.last()
    if (!last) throw createEndedEarlyError()
    const event = last.read()
    if (isFailure(last.type)) throw this.#toError(event)
    this.#result = toJsonObject(event['response'])
    this.#news.tellRest(this.#result, last)
    const missing = [
      ...(rest.length > 0 ? [rest, Buffer.from(BLANK_LINE)] : []),
      ...(last.type === 'response.done' ? [toCompletedEvent(event)] : []),
    ]
    return missing.length === 0 ? undefined : Buffer.concat(missing)
  }

  /** The server may keep the connection open behind a complete answer, or forget about the answer. */
  #check({silentMs, wordlessMs, heldMs}: Waited): void {
    const {
      checkIntervalMs = CHECK_INTERVAL_MS,
      holdBackMs = HOLD_BACK_MS,
      idleLimitMs = IDLE_LIMIT_MS,
      keepAliveMs = KEEP_ALIVE_MS,
      wordlessLimitMs = WORDLESS_LIMIT_MS,
    } = this.#options
    if (silentMs >= idleLimitMs || wordlessMs >= wordlessLimitMs) this.#close('stalled')
    else if (silentMs > checkIntervalMs && this.#isOver()) this.#close('complete')
    else if (heldMs >= holdBackMs) this.#release('released')
    else if (silentMs % keepAliveMs === 0) this.#onSilence()
  }

  /** What cannot be read is told to whoever reads: thrown at a timer, it would end the process. */
  #isOver(): boolean {
    try {
      return this.#watcher.last() !== undefined
    } catch (error) {
      if (!(error instanceof CodexError)) throw error
      this.#failure = error
      return true
    }
  }

  /** Ends the read that waits, with `done`. */
  #close(reason: 'complete' | 'stalled'): void {
    this.#closed = reason
    this.#clock.stop()
    this.#reader.cancel(reason).catch(() => {})
  }

  #toError(event: JsonObject): CodexError {
    const {now, onLimits, request} = this.#options
    onLimits?.(event)
    return toEventError(event, {...request, nowMs: now()})
  }
}

/** Reads and forgets what comes, until the end or no longer than this. */
async function drain(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  limitMs: number,
): Promise<void> {
  const timer = setTimeout(() => void reader.cancel('complete').catch(() => {}), limitMs).unref()
  try {
    while (!(await reader.read()).done);
  } catch {
    // The answer was complete before.
  }
  clearTimeout(timer)
}

function createStalledError(): AnswerStalledError {
  return new AnswerStalledError(
    'ChatGPT has sent nothing for too long, so the answer was given up. Ask again.',
  )
}

function createCutError(cause: unknown): NetworkError {
  return new NetworkError(
    'The connection to ChatGPT was cut before the answer was complete. Ask again.',
    {cause},
  )
}

/** The event that today's clients wait for, in place of the one that older servers send. */
function toCompletedEvent(event: JsonObject): Buffer {
  const completed = {...event, type: 'response.completed'}
  return Buffer.from(`event: ${completed.type}\ndata: ${JSON.stringify(completed)}\n\n`)
}
