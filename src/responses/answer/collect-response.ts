/**
 * An answer as one JSON object.
 *
 * @module
 */
import type {Clock} from '../../http/fetch.ts'
import {toJsonObject, type JsonObject} from '../../http/json-object.ts'
import type {Answer} from './open-answer.ts'

/** Puts the finished items of an output in their places. */
export interface OutputCollector {
  /** @param event A `response.output_item.done`. */
  add(event: JsonObject): void
  /** The items, by `output_index`: ids can change on the way. */
  list(): readonly JsonObject[]
}

/** Creates a collector without items. */
export function createOutputCollector(): OutputCollector {
  const items = new Map<number, JsonObject>()
  return {
    add({item, output_index: index}) {
      items.set(typeof index === 'number' ? index : items.size, toJsonObject(item))
    },
    list: () => [...items].toSorted(([one], [other]) => one - other).map(([, item]) => item),
  }
}

/**
 * Reads the answer to its end. This backend finishes with an empty `output`; the items came one by
 * one before, and are put in.
 *
 * @throws {CodexError} The answer did not end well.
 */
export async function collectResponse(
  answer: Answer,
  {output, now}: {readonly output: OutputCollector; readonly now: Clock},
): Promise<JsonObject> {
  // oxlint-disable-next-line no-await-in-loop -- bytes come one after the other
  while (await answer.read());
  const response = answer.result()
  const finished = response['output']
  return {
    object: 'response',
    created_at: Math.floor(now() / 1000),
    ...response,
    output: Array.isArray(finished) && finished.length > 0 ? finished : output.list(),
  }
}
