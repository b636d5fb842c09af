/**
 * An answer, from its first output to its last byte.
 *
 * @module
 */
import {AnswerStalledError, CodexError, NetworkError} from '../../errors.ts'
import type {Clock} from '../../http/fetch.ts'
import {USAGE_EVENT} from '../../accounts/parse-usage-event.ts'
import {toJsonObject, type JsonObject} from '../../http/json-object.ts'
import {
  createEndedEarlyError,
  isFailure,
  toEventError,
  type RefusedRequest,
} from '../backend-error.ts'
import {BLANK_LINE, createEventScanner, type ResponsesEvent} from './event-scanner.ts'
import {createEventWatcher, type EventWatcher} from './event-watcher.ts'
import {findFailure} from './find-failure.ts'
import {createWholeEvents} from './whole-events.ts'

/** Events that come before any output; until then a failure can still become an error answer. */
const HANDSHAKE = new Set([
  USAGE_EVENT,
  'codex.response.metadata',
  'keepalive',
  'response.created',
  'response.in_progress',
  'response.metadata',
  'response.queued',
])

/** The events that end an answer. */
const LAST_EVENTS = [
  'response.completed',
  'response.done',
  'response.incomplete',
  'response.failed',
  'error',
]

/**
 * How long nothing may come while somebody waits, in milliseconds; comments that keep the connection
 * alive count.
 */
const IDLE_LIMIT_MS = 5 * 60_000

/** How often to look whether an answer is silent, in milliseconds. */
const CHECK_INTERVAL_MS = 1000

/** What {@link openAnswer} needs from outside. */
export interface OpenAnswerOptions {
  /** Told of each finished item of the output, and how long it was as JSON. */
  readonly onItem: (event: JsonObject, characters: number) => void
  /** Told of each event about the account's limits, and of each failure: it may be about them. */
  readonly onLimits?: (event: JsonObject) => void
  /** What an error needs to know about the request. */
  readonly request: Omit<RefusedRequest, 'nowMs'>
  readonly now: Clock
  readonly signal?: AbortSignal | undefined
  /** Default {@link IDLE_LIMIT_MS}. */
  readonly idleLimitMs?: number | undefined
  /** Default {@link CHECK_INTERVAL_MS}. */
  readonly checkIntervalMs?: number | undefined
}

/** An answer whose first output has come. */
export interface Answer {
  /**
   * The next whole events, byte for byte as they came; `undefined` after the last.
   *
   * @throws {CodexError} The answer did not end well.
   */
  read(): Promise<Uint8Array | undefined>
  /** Closes the connection. */
  cancel(reason?: unknown): Promise<void>
  /** The response in the last event, once `read` gave `undefined`. */
  result(): JsonObject
}

/**
 * Waits for the first output.
 *
 * @throws {CodexError} The answer failed, fell silent or ended before any output.
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
  readonly #watcher: EventWatcher
  readonly #whole = createWholeEvents()
  readonly #timer: NodeJS.Timeout
  /** What can be handed on. */
  readonly #events: Uint8Array[] = []
  /** What came before the first output. */
  readonly #opening: Uint8Array[] = []
  /** Events about limits that the search for the first output has told of already. */
  #limitsToldBefore = 0
  /** Whether somebody waits for bytes. What nobody asks for cannot come. */
  #isWaiting = false
  /** How long the wait has been. Counted in looks, so that a clock that jumps ends no answer. */
  #silentMs = 0
  /** Why we closed the connection ourselves. */
  #closed: 'complete' | 'stalled' | undefined
  #failure: CodexError | undefined
  #result: JsonObject | undefined

  constructor(body: ReadableStream<Uint8Array>, options: OpenAnswerOptions) {
    const {checkIntervalMs = CHECK_INTERVAL_MS, onItem} = options
    this.#reader = body.getReader()
    this.#options = options
    this.#watcher = createEventWatcher(
      {every: ['response.output_item.done', USAGE_EVENT], last: LAST_EVENTS},
      (event) => {
        if (event.type !== USAGE_EVENT) onItem(event.read(), event.characters)
        else if (this.#limitsToldBefore > 0) this.#limitsToldBefore -= 1
        else this.#tellLimits(event)
      },
    )
    this.#timer = setInterval(() => this.#check(), checkIntervalMs).unref()
  }

  async open(): Promise<void> {
    const progress = {hasOutput: false}
    const scanner = createEventScanner((event) => {
      if (isFailure(event.type)) throw this.#toError(event.read())
      if (event.type === USAGE_EVENT) {
        this.#tellLimits(event)
        this.#limitsToldBefore += 1
      }
      progress.hasOutput = !HANDSHAKE.has(event.type)
      return progress.hasOutput ? 'stop' : undefined
    })
    while (!progress.hasOutput) {
      // oxlint-disable-next-line no-await-in-loop -- the next bytes matter if these bring no output
      const bytes = await this.#next()
      if (!bytes) throw createEndedEarlyError()
      scanner.push(bytes)
      this.#opening.push(bytes)
    }
  }

  async read(): Promise<Uint8Array | undefined> {
    try {
      for (;;) {
        const events = this.#events.shift()
        if (events) return events
        if (this.#failure) throw this.#failure
        // oxlint-disable-next-line no-await-in-loop -- bytes come one after the other
        const bytes = this.#opening.shift() ?? (await this.#next())
        if (!bytes) return this.#finish()
        for (const whole of this.#whole.push(bytes)) this.#take(whole)
      }
    } catch (error) {
      // Nobody reads on behind an error, so the connection would stay open.
      await this.cancel(error).catch(() => {})
      throw error
    }
  }

  async cancel(reason?: unknown): Promise<void> {
    clearInterval(this.#timer)
    await this.#reader.cancel(reason)
  }

  result(): JsonObject {
    return this.#result ?? {}
  }

  /** Not an async function, because it is called for every few words. */
  #next(): Promise<Uint8Array | undefined> {
    this.#isWaiting = true
    this.#silentMs = 0
    return this.#reader.read().then(this.#accept, this.#explainCut)
  }

  readonly #accept = ({done, value}: ReadResult) => {
    this.#isWaiting = false
    if (this.#closed === 'stalled') throw createStalledError()
    return done ? undefined : value
  }

  readonly #explainCut = (cause: unknown): undefined => {
    this.#options.signal?.throwIfAborted()
    // What is complete stays so, whatever happens to the connection behind it.
    if (!this.#watcher.last()) throw createCutError(cause)
  }

  /** An event that says why there is no more is not handed on, but told as an error. */
  #take(events: Uint8Array): void {
    this.#watcher.push(events)
    const start = findFailure(events)
    const last = start === undefined ? undefined : this.#watcher.last()
    if (!last || !isFailure(last.type)) {
      this.#events.push(events)
      return
    }
    this.#failure = this.#toError(last.read())
    if (start) this.#events.push(events.subarray(0, start))
  }

  /** Bytes that a reader needs to understand the end, if some are missing; then the result is there. */
  #finish(): Uint8Array | undefined {
    if (this.#result) return undefined
    if (this.#failure) throw this.#failure
    clearInterval(this.#timer)
    const rest = this.#whole.rest()
    if (rest.length > 0) this.#watcher.push(rest)
    this.#watcher.end()
    const last = this.#watcher.last()
    if (!last) throw createEndedEarlyError()
    const event = last.read()
    if (isFailure(last.type)) throw this.#toError(event)
    this.#result = toJsonObject(event['response'])
    const missing = [
      ...(rest.length > 0 ? [rest, Buffer.from(BLANK_LINE)] : []),
      ...(last.type === 'response.done' ? [toCompletedEvent(event)] : []),
    ]
    return missing.length === 0 ? undefined : Buffer.concat(missing)
  }

  /** The server may keep the connection open behind a complete answer, or forget about the answer. */
  #check(): void {
    const {checkIntervalMs = CHECK_INTERVAL_MS, idleLimitMs = IDLE_LIMIT_MS} = this.#options
    if (!this.#isWaiting) return
    this.#silentMs += checkIntervalMs
    if (this.#silentMs >= idleLimitMs) this.#close('stalled')
    else if (this.#silentMs > checkIntervalMs && this.#isOver()) this.#close('complete')
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
    clearInterval(this.#timer)
    this.#reader.cancel(reason).catch(() => {})
  }

  /** The answer goes on, whatever is wrong with an event that is not part of it. */
  #tellLimits(event: ResponsesEvent): void {
    try {
      this.#options.onLimits?.(event.read())
    } catch (error) {
      if (!(error instanceof CodexError)) throw error
    }
  }

  #toError(event: JsonObject): CodexError {
    const {now, onLimits, request} = this.#options
    onLimits?.(event)
    return toEventError(event, {...request, nowMs: now()})
  }
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
