/**
 * The way to the backend, completed by what is only loaded for the first request: an editor starts far more
 * often than somebody asks.
 *
 * @module
 */
import type {LiveModels} from '../models/live-models.ts'
import type {Backend} from '../responses/backend.ts'
import type {ItemMemory} from '../responses/request/memory/item-memory.ts'
import type {ItemStorage} from '../responses/request/memory/saved-item-memory.ts'
import type {AccountMemory} from '../storage/account-memory.ts'

/** What is there from the start. */
export interface BackendOpenerOptions {
  readonly backend: Omit<Backend, 'items'>
  readonly liveModels: Pick<LiveModels, 'catalogue'>
  /** Read before the first request. */
  readonly memory: Pick<AccountMemory, 'load'>
  /** Where items that conversations may refer to are kept over a restart. Default: nowhere. */
  readonly itemStorage?: ItemStorage | undefined
}

/** Opens the way. */
export interface BackendOpener {
  /** Everything that a request needs. The first call loads it. */
  open(): Promise<Backend>
  /** Saves what conversations may refer to, if anything was opened. Never rejects. */
  flush(): Promise<void>
}

/** Creates an opener. Nothing is loaded yet. */
export function createBackendOpener({
  backend,
  liveModels,
  memory,
  itemStorage,
}: BackendOpenerOptions): BackendOpener {
  let loading: Promise<ItemMemory & {flush?(): Promise<void>}> | undefined

  async function load() {
    if (!itemStorage) {
      const {createItemMemory} = await import('../responses/request/memory/item-memory.ts')
      return createItemMemory()
    }
    const {createSavedItemMemory} = await import('../responses/request/memory/saved-item-memory.ts')
    const items = createSavedItemMemory({storage: itemStorage, log: backend.log})
    await items.load()
    return items
  }

  return {
    async open() {
      const {explainRefusedModel} = await import('../models/explain-model.ts')
      const [items] = await Promise.all([(loading ??= load()), memory.load()])
      return {
        ...backend,
        items,
        explainModel: (model, {message}) =>
          explainRefusedModel(model, liveModels.catalogue, message),
      }
    },
    flush: async () => (await loading)?.flush?.(),
  }
}
