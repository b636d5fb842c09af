/**
 * A memory of items that outlives a restart of the host.
 *
 * @module
 */
import {setTimeout} from 'node:timers/promises'
import {toErrorName} from '../../../errors.ts'
import type {Log} from '../../../base/log.ts'
import {createItemMemory, type ItemMemory} from './item-memory.ts'

/** How long changes are gathered before they are saved, in milliseconds. */
const SAVE_DELAY_MS = 5000

/** One text that outlives a restart. */
export interface ItemStorage {
  /** What `write` was given last, or anything else if it was never called. */
  read(): Promise<unknown>
  write(saved: string): Promise<unknown>
}

/** What {@link createSavedItemMemory} needs from outside. */
export interface SavedItemMemoryOptions {
  readonly storage: ItemStorage
  readonly log: Log
  /** Resolves after this many milliseconds. Default: a timer that keeps no process alive. */
  readonly delay?: (milliseconds: number) => Promise<unknown>
}

/** A memory that is saved in the background. */
export interface SavedItemMemory extends ItemMemory {
  /** Resolves once everything that was remembered is saved, or saving failed. */
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
  delay = waitUnnoticed,
}: SavedItemMemoryOptions): SavedItemMemory {
  const items = createItemMemory()
  const state = {isChanged: false, isWaiting: false, saving: read()}

  async function read(): Promise<void> {
    try {
      const saved = await storage.read()
      if (isNothing(saved) || items.import(saved)) return
      log.warn('Saved conversation items are ignored: they have an unknown form')
    } catch (error) {
      log.warn('Saved conversation items could not be read', {name: toErrorName(error)})
    }
  }

  async function write(): Promise<void> {
    if (!state.isChanged) return
    state.isChanged = false
    try {
      await storage.write(items.export())
    } catch (error) {
      log.warn('Conversation items could not be saved', {name: toErrorName(error)})
    }
  }

  /** One after the other, and after the first read: what was saved is not to be lost. */
  function flush(): Promise<void> {
    state.saving = state.saving.then(write)
    return state.saving
  }

  async function saveLater(): Promise<void> {
    if (state.isWaiting) return
    state.isWaiting = true
    await delay(SAVE_DELAY_MS)
    state.isWaiting = false
    await flush()
  }

  return {
    ...items,
    remember(item, characters) {
      items.remember(item, characters)
      state.isChanged = true
      void saveLater()
    },
    flush,
  }
}

function waitUnnoticed(milliseconds: number): Promise<unknown> {
  return setTimeout(milliseconds, undefined, {ref: false})
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null
}
