/**
 * Output items by id, so that a caller who only names an item can be answered by a backend that
 * stores nothing.
 *
 * @module
 */
import {isJsonObject, parseJson, toJsonObject, type JsonObject} from '../../../base/json-object.ts'
import {createReasoningOwners, type ReasoningOwners} from './reasoning-owners.ts'
import {createThreadMemory, type ThreadMemory} from './thread-memory.ts'

/** An element of `input` or `output` of the Responses API. */
export type Item = JsonObject

/** The most that is remembered, in characters of JSON: about a hundred long turns. */
const MAX_CHARACTERS = 16_000_000

/** The most that is exported, in characters of JSON. */
const MAX_EXPORTED_CHARACTERS = 2_000_000

/** Raised when what is exported changes its form. */
const EXPORT_VERSION = 1

/** Remembers finished output items, and forgets the oldest when it holds too much. */
export interface ItemMemory
  extends ThreadMemory, Pick<ReasoningOwners, 'ownerOf' | 'rememberOwner'> {
  /**
   * @param characters Length of the item as JSON, as it came in.
   */
  remember(item: Item, characters: number): void
  /** The item with this id, if it is still remembered. */
  recall(id: string): Item | undefined
  /**
   * What was used last, as JSON to keep over a restart.
   *
   * @param maxCharacters Default 2,000,000.
   */
  export(maxCharacters?: number): string
  /**
   * Takes back what `export` gave. What was remembered since then stays, and counts as newer.
   *
   * @returns Whether `exported` was of that form. If not, nothing is taken.
   */
  import(exported: unknown): boolean
}

/** Creates an empty memory. */
export function createItemMemory(maxCharacters = MAX_CHARACTERS): ItemMemory {
  // From the one that was not used for longest to the last used.
  const entries = new Map<string, {item: Item; characters: number}>()
  const owners = createReasoningOwners()
  let held = 0

  function forget(id: string): void {
    held -= entries.get(id)?.characters ?? 0
    entries.delete(id)
  }

  function remember(item: Item, characters: number): void {
    const {id} = item
    if (typeof id !== 'string' || characters > maxCharacters) return
    forget(id)
    entries.set(id, {item, characters})
    held += characters
    for (const oldest of entries.keys()) {
      if (held <= maxCharacters) break
      forget(oldest)
    }
  }

  return {
    remember,
    ...createThreadMemory(),
    rememberOwner: (item, accountId) => owners.rememberOwner(item, accountId),
    ownerOf: (encrypted) => owners.ownerOf(encrypted),
    recall(id) {
      const entry = entries.get(id)
      if (!entry) return undefined
      // Reinserted, so that what a conversation still uses is the last to be forgotten.
      entries.delete(id)
      entries.set(id, entry)
      return entry.item
    },
    export(limit = MAX_EXPORTED_CHARACTERS) {
      let characters = 0
      const newest = [...entries.values()].toReversed().filter((entry) => {
        characters += entry.characters
        return characters <= limit
      })
      return JSON.stringify({
        version: EXPORT_VERSION,
        items: newest.toReversed().map(({item}) => item),
        owners: owners.exportOwners(),
      })
    },
    import(exported) {
      const saved = parseExport(exported)
      if (!saved) return false
      owners.importOwners(saved.owners)
      const newer = [...entries.values()]
      for (const item of saved.items) remember(item, JSON.stringify(item).length)
      for (const {item, characters} of newer) remember(item, characters)
      return true
    },
  }
}

function parseExport(exported: unknown): {items: readonly Item[]; owners: unknown} | undefined {
  const {version, items, owners} = toJsonObject(parseJson(exported))
  if (version !== EXPORT_VERSION || !Array.isArray(items)) return undefined
  return items.every(isJsonObject) ? {items, owners} : undefined
}
