/**
 * Output items by id, so that a caller who only names an item can be answered by a backend that
 * stores nothing.
 *
 * @module
 */
import type {JsonObject} from '../http/json-object.ts'

/** An element of `input` or `output` of the Responses API. */
export type Item = JsonObject

/** The most that is remembered, in characters of JSON: about a hundred long turns. */
const MAX_CHARACTERS = 16_000_000

/** Remembers finished output items, and forgets the oldest when it holds too much. */
export interface ItemMemory {
  /**
   * @param characters Length of the item as JSON, as it came in.
   */
  remember(item: Item, characters: number): void
  /** The item with this id, if it is still remembered. */
  recall(id: string): Item | undefined
}

/** Creates an empty memory. */
export function createItemMemory(maxCharacters = MAX_CHARACTERS): ItemMemory {
  const entries = new Map<string, {item: Item; characters: number}>()
  let held = 0

  function forget(id: string): void {
    held -= entries.get(id)?.characters ?? 0
    entries.delete(id)
  }

  return {
    remember(item, characters) {
      const {id} = item
      if (typeof id !== 'string' || characters > maxCharacters) return
      forget(id)
      entries.set(id, {item, characters})
      held += characters
      for (const oldest of entries.keys()) {
        if (held <= maxCharacters) break
        forget(oldest)
      }
    },
    recall(id) {
      const entry = entries.get(id)
      if (!entry) return undefined
      // Reinserted, so that what a conversation still uses is the last to be forgotten.
      entries.delete(id)
      entries.set(id, entry)
      return entry.item
    },
  }
}
