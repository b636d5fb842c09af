/**
 * The `fetch` that the host's SDK is given, made when it is needed first.
 *
 * @module
 */
import type {ListedModel} from '../../../dialects/to-model-list.ts'
import type {FetchFunction} from '../../../http/fetch.ts'
import type {Backend} from '../../../responses/backend.ts'
import type {SavedItemMemory} from '../../../responses/request/items/saved-item-memory.ts'
import type {AccountMemory} from '../../../storage/account-memory.ts'
import type {AlmaContext} from '../alma-api.ts'
import {explainError} from '../explain-error.ts'

/** Where finished items are kept over a restart, in the host's plain storage. */
const ITEMS_KEY = 'items'

/** What {@link createRequestHandler} needs from outside. */
export interface RequestHandlerOptions {
  readonly backend: Omit<Backend, 'items'>
  /** Read before the first request. */
  readonly memory: Pick<AccountMemory, 'load'>
  readonly storage: AlmaContext['storage']['local']
  readonly listModels: () => readonly ListedModel[]
}

/** Answers the host's requests. */
export interface RequestHandler {
  readonly fetch: FetchFunction
  /** Loads what the first request would wait for. */
  warmUp(): Promise<void>
  /** Saves what conversations may still refer to. */
  close(): Promise<void>
}

/** Creates a handler. An editor starts far more often than somebody asks, so nothing is loaded yet. */
export function createRequestHandler(options: RequestHandlerOptions): RequestHandler {
  let loading: ReturnType<typeof load> | undefined
  const loadOnce = () => (loading ??= load(options))
  return {
    async fetch(input, init) {
      const loaded = await loadOnce()
      return loaded.fetch(input, init)
    },
    warmUp: async () => void (await loadOnce()),
    close: async () => (await loading)?.items.flush(),
  }
}

async function load({
  backend,
  memory,
  storage,
  listModels,
}: RequestHandlerOptions): Promise<{fetch: FetchFunction; items: SavedItemMemory}> {
  const {createSavedItemMemory} =
    await import('../../../responses/request/items/saved-item-memory.ts')
  const {createOpenAiFetch} = await import('../../../dialects/create-openai-fetch.ts')
  const {withFinalErrors} = await import('../../../dialects/final-errors.ts')
  const items = createSavedItemMemory({
    storage: {
      read: () => storage.get<unknown>(ITEMS_KEY),
      write: (saved) => storage.set(ITEMS_KEY, saved),
    },
    log: backend.log,
  })
  await Promise.all([items.flush(), memory.load()])
  const fetch = createOpenAiFetch({...backend, items, describe: explainError}, {listModels})
  return {fetch: withFinalErrors(fetch), items}
}
