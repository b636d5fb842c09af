/**
 * The last model list, kept in the host's plain storage.
 *
 * @module
 */
import type {ModelCache} from '../models/live-models.ts'
import {isModelSnapshot} from '../models/model-snapshot.ts'
import type {KeyValueStorage} from './key-value-storage.ts'

/** The earlier plugin has `codex-models-cache-v1`, which is not touched. */
const KEY = 'models'

/** Creates a cache on the host's storage. */
export function createModelCache(storage: KeyValueStorage): ModelCache {
  return {
    async read() {
      const stored: unknown = await storage.get<unknown>(KEY)
      return isModelSnapshot(stored) ? stored : undefined
    },
    write: (snapshot) => storage.set(KEY, snapshot),
    clear: () => storage.delete(KEY),
  }
}
