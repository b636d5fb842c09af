/**
 * A memory of items that outlives a restart of the host.
 *
 * @module
 */
import {toErrorName} from '../../../errors.ts'
import type {Log} from '../../../base/log.ts'
import {createSaver, type SaverOptions} from '../../../base/saver.ts'
import {createItemMemory, type ItemMemory} from './item-memory.ts'

/** How long changes are gathered before they are saved, in milliseconds. */
const GATHER_MS = 5000

/** One text that outlives a restart. */
export interface ItemStorage {
  /** What `write` was given last, or anything else if it was never called. */
  read(): Promise<unknown>
  write(saved: string): Promise<unknown>
}

/** Options of {@link createSavedItemMemory}. */
export interface SavedItemMemoryOptions extends Pick<SaverOptions, 'delay'> {
  readonly storage: ItemStorage
  readonly log: Log
}

/** A memory that is saved in the background. */
export interface SavedItemMemory extends ItemMemory {
  /** Resolves once what was saved before is read. Never rejects. */
  load(): Promise<void>
  /** Resolves once everything that was remembered is saved, or saving failed. Never rejects. */
  flush(): Promise<void>
}

/**
 * Creates a memory that takes back what an earlier one saved, and saves what it remembers: at most
 * 2 MB, some seconds after it changed, never while a request waits for it. A storage that fails, or
 * that holds something else, costs a warning and no request.
 */
export function createSavedItemMemory({
  storage,
  log,
  delay,
}: SavedItemMemoryOptions): SavedItemMemory {
  const items = createItemMemory()
  const saver = createSaver({
    async read() {
      const saved = await storage.read()
      if (saved === undefined || saved === null || items.import(saved)) return
      log.warn('Saved conversation items are ignored: they have an unknown form')
    },
    write: () => storage.write(items.export()),
    gatherMs: GATHER_MS,
    ...(delay && {delay}),
    onFailure(error) {
      const name = toErrorName(error)
      log.warn('Conversation items could not be read or saved', {name})
    },
  })
  return {
    ...items,
    remember(item, characters) {
      items.remember(item, characters)
      saver.changed()
    },
    load: () => saver.load(),
    flush: () => saver.flush(),
  }
}
