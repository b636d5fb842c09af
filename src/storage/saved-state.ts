/**
 * State that outlives a restart of the host, in its plain storage.
 *
 * @module
 */
import {setTimeout} from 'node:timers/promises'
import {toErrorName} from '../errors.ts'
import type {Log} from '../base/log.ts'
import type {KeyValueStorage} from './key-value-storage.ts'

/** How long changes are gathered before they are saved, in milliseconds. */
const SAVE_DELAY_MS = 1000

/** What {@link createSavedState} needs from outside. */
export interface SavedStateOptions {
  readonly key: string
  readonly storage: KeyValueStorage
  readonly log: Log
  /** Everything, as JSON. */
  readonly export: () => string
  /** Takes back what `export` gave. Must not throw, whatever it is given. */
  readonly import: (saved: unknown) => void
  /** Resolves after this many milliseconds. Default: a timer that keeps no process alive. */
  readonly delay?: (milliseconds: number) => Promise<unknown>
}

/**
 * The way of some state into the storage and back. A storage that fails costs one warning; what could
 * not be read is not overwritten.
 */
export interface SavedState {
  /** Reads what was saved, once; after a failure, the next call tries again. Never rejects. */
  load(): Promise<void>
  /** Saves the state in the background, together with the changes that follow in the next second. */
  changed(): void
  /** Resolves once every change is saved, or saving failed. Never rejects. */
  flush(): Promise<void>
}

/** Creates the way for one key. */
export function createSavedState({
  key,
  storage,
  log,
  delay = waitUnnoticed,
  ...state
}: SavedStateOptions): SavedState {
  const progress = {isLoaded: false, isChanged: false, isWaiting: false, hasWarned: false}
  let loading: Promise<void> | undefined
  let saving = Promise.resolve()

  function warn(error: unknown): void {
    if (progress.hasWarned) return
    progress.hasWarned = true
    log.warn('What is known about the accounts could not be read or saved', {
      key,
      name: toErrorName(error),
    })
  }

  function load(): Promise<void> {
    loading ??= read().catch((error: unknown) => {
      loading = undefined
      warn(error)
    })
    return loading
  }

  async function read(): Promise<void> {
    state.import(await storage.get<unknown>(key))
    progress.isLoaded = true
  }

  async function write(): Promise<void> {
    if (!progress.isChanged || !progress.isLoaded) return
    progress.isChanged = false
    try {
      await storage.set(key, state.export())
    } catch (error) {
      warn(error)
    }
  }

  /** One after the other, and after the first read: what was saved is not to be lost. */
  function flush(): Promise<void> {
    saving = saving.then(load).then(write)
    return saving
  }

  async function saveLater(): Promise<void> {
    if (progress.isWaiting) return
    progress.isWaiting = true
    await delay(SAVE_DELAY_MS)
    progress.isWaiting = false
    await flush()
  }

  return {
    load,
    changed() {
      progress.isChanged = true
      void saveLater()
    },
    flush,
  }
}

function waitUnnoticed(milliseconds: number): Promise<unknown> {
  return setTimeout(milliseconds, undefined, {ref: false})
}
