import type {ModelCache} from '../../../src/models/live-models.ts'
import type {ModelSnapshot} from '../../../src/models/model-snapshot.ts'

/** A {@link ModelCache} for one test. */
export interface MemoryModelCache extends ModelCache {
  readonly stored: () => ModelSnapshot | undefined
}

/** A {@link ModelCache} that lives as long as one test. */
export function createMemoryModelCache(initial?: ModelSnapshot): MemoryModelCache {
  let stored = initial
  return {
    stored: () => stored,
    read: async () => stored,
    write: async (snapshot) => {
      stored = snapshot
    },
    clear: async () => {
      stored = undefined
    },
  }
}
