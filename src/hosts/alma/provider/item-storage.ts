/**
 * Where the items that conversations may refer to are kept over a restart.
 *
 * @module
 */
import type {ItemStorage} from '../../../responses/request/memory/saved-item-memory.ts'
import type {KeyValueStorage} from '../../../storage/key-value-storage.ts'

const KEY = 'items'

/** One value in the host's plain storage. */
export function createItemStorage(storage: KeyValueStorage): ItemStorage {
  return {
    read: () => storage.get<unknown>(KEY),
    write: (saved) => storage.set(KEY, saved),
  }
}
