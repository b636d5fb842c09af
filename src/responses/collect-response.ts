/**
 * A streamed answer as one JSON object.
 *
 * @module
 */
import type {Clock} from '../http/fetch.ts'
import {toJsonObject, type JsonObject} from '../http/json-object.ts'
import {createEndedEarlyError, isFailure, toEventError} from './backend-error.ts'
import {createEventScanner} from './event-scanner.ts'
import type {ItemMemory} from './item-memory.ts'

/** What {@link collectResponse} needs from outside. */
export interface CollectOptions {
  /** Remembers the finished items. */
  readonly items: ItemMemory
  /** How the user knows the account that answers. */
  readonly label: string
  readonly now: Clock
}

/** Events that end an answer with a result. */
const RESULTS = new Set(['response.completed', 'response.done', 'response.incomplete'])

/**
 * Reads the answer to its end. This backend finishes with an empty `output`; the items came one by
 * one before, and are put in.
 *
 * @throws {CodexError} The answer failed, or ended before it was complete.
 */
export async function collectResponse(
  body: ReadableStream<Uint8Array>,
  {items, label, now}: CollectOptions,
): Promise<JsonObject> {
  const output = new Map<unknown, JsonObject>()
  let response: JsonObject | undefined
  const scanner = createEventScanner((event) => {
    if (isFailure(event.type)) throw toEventError(event.read(), label)
    if (event.type === 'response.output_item.done') {
      const {item, output_index: index} = event.read()
      output.set(index ?? output.size, toJsonObject(item))
      items.remember(toJsonObject(item), event.characters)
    } else if (RESULTS.has(event.type)) {
      response = toJsonObject(event.read()['response'])
    }
  })
  // Leaving the loop by an error cancels the body, and with it the request.
  for await (const chunk of body) {
    scanner.push(chunk)
    // The answer is complete; the server may keep the connection open.
    if (response) break
  }
  scanner.end()
  if (!response) throw createEndedEarlyError()
  const finished = response['output']
  return {
    created_at: Math.floor(now() / 1000),
    ...response,
    output: Array.isArray(finished) && finished.length > 0 ? finished : [...output.values()],
  }
}
