/**
 * How an answer ends: with a result, or with the reason why there is none.
 *
 * @module
 */
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'
import type {CodexError} from '../../errors.ts'
import {createEndedEarlyError} from '../refusal/backend-error.ts'
import {BLANK_LINE, type ResponsesEvent} from './events/responses-event.ts'

/** The event that older servers end an answer with. */
const OLDER_RESULT = 'response.done'

/** The events that end an answer well. */
export const RESULTS: ReadonlySet<string> = new Set([
  'response.completed',
  OLDER_RESULT,
  'response.incomplete',
])

/** Whether events of this type end an answer well. */
export function isResult(type: string): boolean {
  return RESULTS.has(type)
}

/** What is known of the end of one answer. The first event that ends it counts. */
export class AnswerEnd {
  #event: ResponsesEvent | undefined
  #failure: CodexError | undefined
  #cutAt: number | undefined
  #response: JsonObject = {}

  /** Whether the answer has ended, in either way. */
  get isHere(): boolean {
    return this.#event !== undefined || this.#failure !== undefined
  }

  /** Why there will be no result. */
  get failure(): CodexError | undefined {
    return this.#failure
  }

  /** The response in the last event, once {@link finish} has read it. */
  get response(): JsonObject {
    return this.#response
  }

  complete(event: ResponsesEvent): void {
    if (!this.isHere) this.#event = event
  }

  /** @param cutAt Where in the bytes that come next the event stands that says so; it is not handed on. */
  fail(error: CodexError, cutAt?: number): void {
    if (this.isHere) return
    this.#failure = error
    this.#cutAt = cutAt
  }

  /** What of the next bytes is handed on: nothing from a failure on. */
  cut(bytes: Uint8Array): Uint8Array {
    if (!this.#failure) return bytes
    const events = bytes.subarray(0, this.#cutAt)
    this.#cutAt = 0
    return events
  }

  /**
   * Reads the result.
   *
   * @param rest Bytes of the last event that were not handed on, because its blank line is missing.
   * @returns The event, and the bytes that a reader needs to understand the end.
   * @throws {CodexError} The answer did not end well.
   */
  finish(rest: Uint8Array): {readonly event: ResponsesEvent; readonly missing: Uint8Array} {
    if (this.#failure) throw this.#failure
    const event = this.#event
    if (!event) throw createEndedEarlyError()
    const json = event.read()
    this.#response = toJsonObject(json['response'])
    const missing = [
      ...(rest.length > 0 ? [rest, Buffer.from(BLANK_LINE)] : []),
      ...(event.type === OLDER_RESULT ? [toCompletedEvent(json)] : []),
    ]
    return {event, missing: Buffer.concat(missing)}
  }
}

/** The event that today's clients wait for, in place of the one that older servers send. */
function toCompletedEvent(event: JsonObject): Buffer {
  const completed = {...event, type: 'response.completed'}
  return Buffer.from(`event: ${completed.type}\ndata: ${JSON.stringify(completed)}\n\n`)
}
