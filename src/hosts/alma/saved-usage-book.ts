/**
 * What is known about the limits of accounts, kept over a restart in the host's plain storage: it
 * changes often, and must never cause the tokens to be written again.
 *
 * @module
 */
import {setTimeout} from 'node:timers/promises'
import {createUsageBook, type UsageBook} from '../../accounts/usage-book.ts'
import {toErrorName} from '../../errors.ts'
import type {Clock} from '../../http/fetch.ts'
import type {Log} from '../../http/log.ts'
import type {AlmaContext} from './alma-api.ts'

const KEY = 'usage'

/** How long changes are gathered before they are saved, in milliseconds. */
const SAVE_DELAY_MS = 1000

/** What {@link createSavedUsageBook} needs from outside. */
export interface SavedUsageBookOptions {
  readonly storage: AlmaContext['storage']['local']
  readonly now: Clock
  readonly log: Log
  /** Resolves after this many milliseconds. Default: a timer that keeps no process alive. */
  readonly delay?: (milliseconds: number) => Promise<unknown>
}

/** A book that is saved in the background. */
export interface SavedUsageBook extends UsageBook {
  /** Reads what was saved, once. A storage that fails costs one warning and nothing else. */
  load(): Promise<void>
  /** Resolves once every change is saved, or saving failed. */
  flush(): Promise<void>
}

/** Creates a book in the host's plain storage. */
export function createSavedUsageBook({
  storage,
  now,
  log,
  delay = waitUnnoticed,
}: SavedUsageBookOptions): SavedUsageBook {
  const state = {isChanged: false, isWaiting: false, hasWarned: false}
  const book = createUsageBook({
    now,
    onChange() {
      state.isChanged = true
      void saveLater()
    },
  })
  let loading: Promise<void> | undefined
  let saving = Promise.resolve()

  function warn(error: unknown): void {
    if (!state.hasWarned) {
      log.warn('The usage of accounts could not be read or saved', {name: toErrorName(error)})
    }
    state.hasWarned = true
  }

  function load(): Promise<void> {
    loading ??= storage.get<unknown>(KEY).then((saved) => book.import(saved), warn)
    return loading
  }

  async function write(): Promise<void> {
    if (!state.isChanged) return
    state.isChanged = false
    await storage.set(KEY, book.export()).catch(warn)
  }

  /** One after the other, and after the first read: what was saved is not to be lost. */
  function flush(): Promise<void> {
    saving = saving.then(load).then(write)
    return saving
  }

  async function saveLater(): Promise<void> {
    if (state.isWaiting) return
    state.isWaiting = true
    await delay(SAVE_DELAY_MS)
    state.isWaiting = false
    await flush()
  }

  return {...book, load, flush}
}

function waitUnnoticed(milliseconds: number): Promise<unknown> {
  return setTimeout(milliseconds, undefined, {ref: false})
}
