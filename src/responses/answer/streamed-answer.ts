/**
 * Reads an answer, from its first output to its last byte.
 *
 * @module
 */
import {AnswerStalledError, CodexError, NetworkError} from '../../errors.ts'
import type {Clock} from '../../base/clock.ts'
import type {JsonObject} from '../../base/json-object.ts'
import type {ByteBody, ByteReader} from '../../http/send.ts'
import {
  createEndedEarlyError,
  FAILURES,
  isFailure,
  toEventError,
  type RefusedRequest,
} from '../refusal/backend-error.ts'
import {AnswerEnd, isResult, RESULTS} from './answer-end.ts'
import {AnswerNews, NEWS_EVENTS, type NewsListeners} from './answer-news.ts'
import {USAGE_EVENT} from '../../accounts/usage/reading/parse-usage-event.ts'
import type {Answer, AnswerSink} from './answer.ts'
import {EventFramer} from './events/event-framer.ts'
import type {ResponsesEvent} from './events/responses-event.ts'
import type {RequestScope} from '../backend.ts'
import {Opening} from './opening.ts'
import {WaitClock, type WaitLimits} from './wait-clock.ts'

const LINE_FEED = 0x0a

/** Behind the first word, only these events are looked at. */
const FOLLOWED: ReadonlySet<string> = new Set([...NEWS_EVENTS, ...RESULTS, ...FAILURES])

/** What to know about the request, whom to tell, and how long to wait. */
export interface StreamedAnswerOptions extends NewsListeners, WaitLimits {
  /** What an error needs to know about the request. */
  readonly request: Omit<RefusedRequest, 'nowMs'>
  readonly now: Clock
  readonly signal?: AbortSignal | undefined
  /** Puts something in the place of events about limits, once they were told. Default: they are handed on. */
  readonly replaceLimits?: RequestScope['replaceLimits']
  /** Told of the response in the last event, once all that came before has been handed on. */
  readonly onResult?: ((response: JsonObject) => void) | undefined
}

type Part = Awaited<ReturnType<ByteReader['read']>>

/** One answer while it comes. */
export class StreamedAnswer implements Answer {
  readonly #reader: ByteReader
  readonly #options: StreamedAnswerOptions
  readonly #news: AnswerNews
  readonly #opening = new Opening()
  readonly #end = new AnswerEnd()
  readonly #clock: WaitClock
  readonly #framer: EventFramer
  /** Where events about limits begin in the bytes that come next. */
  #limits: number[] = []
  /** Whole events that nobody has asked for yet. */
  #ready: Uint8Array[] = []
  /** Who asks for more. */
  #sink: AnswerSink | undefined
  /** A read that was under way when the answer began without a word. */
  #pending: Promise<Part> | undefined
  /** There is nothing more to read. */
  #isOver = false
  #isStalled = false
  /** The last event, if the stream ended without a blank line behind it. */
  #rest: Uint8Array = new Uint8Array()

  constructor(body: Pick<ByteBody, 'getReader'>, options: StreamedAnswerOptions) {
    this.#reader = body.getReader()
    this.#options = options
    this.#news = new AnswerNews(options)
    this.#framer = new EventFramer({
      wants: (type) => !this.#opening.hasWord || FOLLOWED.has(type),
      onEvent: (event, start) => this.#see(event, start),
      onBytes: (bytes, hasEvents) => this.#hand(bytes, hasEvents),
    })
    this.#clock = new WaitClock(options, {
      isOver: () => this.#end.isHere,
      close: (reason) => this.#close(reason),
      release: () => this.#opening.release(),
      onSilence: () => this.#sink?.onSilence?.(),
    })
  }

  /**
   * Waits until the answer has begun.
   *
   * @throws {CodexError} It failed, fell silent or ended before.
   * @throws The signal's reason, when it is aborted.
   */
  async open(): Promise<void> {
    while (this.#opening.isUnderWay) {
      const reading = this.#read()
      const part = await Promise.race([reading, this.#opening.released]).catch(this.#explainCut)
      if (part !== 'released') this.#takeOpening(part)
      else {
        this.#pending = reading
        // Told to whoever reads on.
        reading.catch(() => {})
      }
    }
    this.#clock.hold(false)
  }

  /** Not an async function, because it is called for every few words. */
  pull(sink: AnswerSink): Promise<void> | undefined {
    this.#sink = sink
    if (this.#ready.length > 0 || this.#isOver) return this.#deliver(sink)
    const reading = this.#pending ?? this.#read()
    this.#pending = undefined
    return reading.then(this.#accept, this.#acceptCut)
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#clock.stop()
    await this.#reader.cancel(reason)
  }

  result(): JsonObject {
    return this.#end.response
  }

  itemCount(): number {
    return this.#news.itemCount
  }

  #read(): Promise<Part> {
    this.#clock.wait()
    return this.#reader.read()
  }

  #takeOpening(part: Part): void {
    this.#take(part)
    if (part.value) this.#opening.hold(part.value)
    this.#clock.hold(true)
    if (this.#isOver && this.#opening.isUnderWay) throw createEndedEarlyError()
  }

  readonly #accept = (part: Part): Promise<void> | undefined => {
    try {
      this.#take(part)
    } catch (error) {
      this.#fail(error)
      return undefined
    }
    return this.#deliver(this.#sink)
  }

  readonly #acceptCut = (cause: unknown): Promise<void> | undefined => {
    try {
      return this.#accept(this.#explainCut(cause))
    } catch (error) {
      this.#fail(error)
      return undefined
    }
  }

  /** What is complete stays so, whatever happens to the connection behind it. */
  readonly #explainCut = (cause: unknown): Part => {
    this.#options.signal?.throwIfAborted()
    if (!this.#end.isHere) throw createCutError(cause)
    return {done: true, value: undefined}
  }

  /** @throws {CodexError} There is no answer, or an event cannot be read. */
  #take(part: Part): void {
    this.#clock.heard()
    if (this.#isStalled) throw createStalledError()
    if (part.done) {
      this.#rest = this.#framer.end()
      this.#isOver = true
      return
    }
    this.#framer.push(part.value)
    // With other line endings, the part may end in the middle of the next event.
    const isWhole = !this.#framer.isStrange || part.value.at(-1) === LINE_FEED
    if (this.#end.isHere && isWhole) this.#complete()
  }

  #see(event: ResponsesEvent, start: number | undefined): void {
    if (isFailure(event.type)) {
      if (this.#end.isHere) return
      const error = this.#toError(event.read())
      if (this.#opening.isUnderWay) throw error
      this.#end.fail(error, start)
      return
    }
    this.#news.tell(event)
    if (event.type === USAGE_EVENT && start !== undefined) this.#limits.push(start)
    if (isResult(event.type)) this.#end.complete(event)
    if (!this.#opening.hasWord && this.#opening.look(event)) this.#clock.progressed()
  }

  #hand(bytes: Uint8Array, hasEvents: boolean): void {
    if (hasEvents && this.#opening.hasWord) this.#clock.progressed()
    const events = this.#end.cut(bytes)
    if (events.length === 0) return
    const {replaceLimits} = this.#options
    const isPlain = this.#limits.length === 0 || !replaceLimits
    this.#ready.push(isPlain ? events : replaceLimits(events, this.#limits.splice(0)))
  }

  /** Gives the sink what is there, or else what comes next. */
  #deliver(sink: AnswerSink | undefined): Promise<void> | undefined {
    if (!sink) return undefined
    const ready = this.#ready
    if (ready.length === 0 && !this.#isOver) return this.pull(sink)
    for (const events of ready) sink.write(events)
    if (ready.length > 0 && sink.hasWritten?.() !== false) this.#clock.written()
    ready.length = 0
    if (this.#isOver) this.#conclude(sink)
    return undefined
  }

  #conclude(sink: AnswerSink): void {
    this.#clock.stop()
    try {
      const {event, missing} = this.#end.finish(this.#rest)
      if (missing.length > 0) sink.write(missing)
      this.#news.tellRest(this.#end.response, event)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#options.onResult?.(this.#end.response)
    sink.end()
  }

  /** Nobody reads on behind an error, so the connection would stay open. */
  #fail(error: unknown): void {
    void this.#abandon(error)
    if (!(error instanceof CodexError)) throw error
    this.#sink?.fail(error)
  }

  async #abandon(reason: unknown): Promise<void> {
    await this.cancel(reason).catch(() => {})
  }

  /** Nobody waits for the server. What it still sends is read for a moment, so that the connection can be used again. */
  #complete(): void {
    this.#isOver = true
    this.#clock.stop()
    if (!this.#end.failure) void drain(this.#reader, this.#clock.intervalMs)
  }

  /** Ends the read that waits, with `done`. */
  #close(reason: 'complete' | 'stalled'): void {
    this.#isStalled = reason === 'stalled'
    this.#clock.stop()
    this.#reader.cancel(reason).catch(() => {})
  }

  #toError(event: JsonObject): CodexError {
    const {now, request} = this.#options
    return toEventError(event, {...request, nowMs: now()})
  }
}

/** Reads and forgets what comes, until the end or no longer than this. */
async function drain(reader: ByteReader, limitMs: number): Promise<void> {
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
