/**
 * An answer as a stream of another API.
 *
 * @module
 */
import type {JsonObject} from '../base/json-object.ts'
import {CodexError} from '../errors.ts'
import type {Answer, AnswerSink} from '../responses/answer/answer.ts'
import {EventFramer} from '../responses/answer/events/event-framer.ts'
import {createEndedEarlyError} from '../responses/refusal/backend-error.ts'

/** Writes the events of one answer as another API has them. */
export interface DialectWriter {
  /** Whether an event of this type becomes part of the answer; another one is not read. */
  wants(type: string): boolean
  /** @throws {CodexError} There is no answer any more. */
  take(event: JsonObject): void
  /** The answer did not end well. What it throws breaks the stream off, for a client that then asks again. */
  fail(error: CodexError): void
  /** Nothing was written for a while. */
  onSilence(): void
  /** Whether the end was written: what still comes of the answer is not waited for. */
  readonly isOver: boolean
}

/** Creates the writer of one answer, which gives each text to `write`. */
export type CreateDialectWriter = (write: (text: string) => void) => DialectWriter

/**
 * Converts an answer, no faster than it is read, and gives signs of life while nothing of what comes is written.
 * Cancelling it closes the connection.
 */
export function toDialectStream(
  answer: Answer,
  createWriter: CreateDialectWriter,
): ReadableStream<Uint8Array> {
  let pump: DialectPump | undefined
  return new ReadableStream<Uint8Array>(
    {
      pull: (controller) => (pump ??= new DialectPump(answer, createWriter, controller)).pull(),
      cancel: (reason) => answer.cancel(reason),
    },
    {highWaterMark: 0},
  )
}

class DialectPump implements AnswerSink {
  readonly #answer: Answer
  readonly #controller: ReadableStreamDefaultController<Uint8Array>
  readonly #writer: DialectWriter
  readonly #framer: EventFramer
  readonly #encoder = new TextEncoder()
  #text = ''
  /** Whether something was handed on since the caller asked last. */
  #hasFlushed = false
  #isOver = false

  constructor(
    answer: Answer,
    createWriter: CreateDialectWriter,
    controller: ReadableStreamDefaultController<Uint8Array>,
  ) {
    this.#answer = answer
    this.#controller = controller
    const writer = createWriter((text) => (this.#text += text))
    this.#writer = writer
    this.#framer = new EventFramer({
      wants: (type) => writer.wants(type),
      onEvent: (event) => void (writer.isOver || writer.take(event.read())),
    })
  }

  async pull(): Promise<void> {
    this.#hasFlushed = false
    // One after the other: the next part is only of interest when this one brought nothing.
    while (!this.#hasFlushed && !this.#isOver && !this.#writer.isOver) {
      await this.#pullOnce()
      this.#flush()
    }
    // A text that ended at a stop sequence would go on in vain.
    if (!this.#isOver && this.#writer.isOver) await this.#answer.cancel()
    if (this.#isOver || this.#writer.isOver) this.#controller.close()
  }

  write(events: Uint8Array): void {
    this.#framer.push(events)
  }

  hasWritten(): boolean {
    return this.#text !== ''
  }

  end(): void {
    this.#isOver = true
    this.#framer.end()
    if (!this.#writer.isOver) this.#writer.fail(createEndedEarlyError())
  }

  fail(error: CodexError): void {
    this.#isOver = true
    this.#writer.fail(error)
  }

  /** Somebody waits for it now, and the next event may take its time. */
  onSilence(): void {
    this.#writer.onSilence()
    this.#flush()
  }

  /** An event that cannot be read ends the answer. */
  async #pullOnce(): Promise<void> {
    try {
      await this.#answer.pull(this)
    } catch (error) {
      if (this.#isOver || !(error instanceof CodexError)) throw error
      await this.#answer.cancel(error)
      this.fail(error)
    }
  }

  #flush(): void {
    if (this.#text === '') return
    this.#controller.enqueue(this.#encoder.encode(this.#text))
    this.#text = ''
    this.#hasFlushed = true
  }
}
