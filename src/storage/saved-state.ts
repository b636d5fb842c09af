/**
 * State that outlives a restart of the host, in its plain storage.
 *
 * @module
 */
import {toErrorName} from '../errors.ts'
import type {Log} from '../base/log.ts'
import {createSaver, type Saver, type SaverOptions} from '../base/saver.ts'
import type {KeyValueStorage} from './key-value-storage.ts'

/** How long changes are gathered before they are saved, in milliseconds. */
const GATHER_MS = 1000

/** What is saved, and where. */
export interface SavedStateOptions extends Pick<SaverOptions, 'delay'> {
  readonly key: string
  readonly storage: KeyValueStorage
  readonly log: Log
  /** Everything, as JSON. */
  readonly export: () => string
  /** Takes back what `export` gave. Must not throw, whatever it is given. */
  readonly import: (saved: unknown) => void
}

/** Creates a saver for one key. A storage that fails costs one warning. */
export function createSavedState({key, storage, log, delay, ...state}: SavedStateOptions): Saver {
  return createSaver({
    read: async () => state.import(await storage.get<unknown>(key)),
    write: () => storage.set(key, state.export()),
    gatherMs: GATHER_MS,
    ...(delay && {delay}),
    onFailure(error) {
      const name = toErrorName(error)
      log.warn('What is known about the accounts could not be read or saved', {key, name})
    },
  })
}
