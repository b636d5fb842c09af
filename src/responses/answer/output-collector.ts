/**
 * The finished items of an answer.
 *
 * @module
 */
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'

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
