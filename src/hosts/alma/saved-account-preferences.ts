/**
 * What the person wants of their accounts, kept over a restart of the host.
 *
 * @module
 */
import {
  createAccountPreferences,
  type AccountPreferences,
} from '../../accounts/account-preferences.ts'
import {toErrorName} from '../../errors.ts'
import type {Log} from '../../http/log.ts'
import type {AlmaContext} from './alma-api.ts'

const KEY = 'preferences'

/** What {@link createSavedAccountPreferences} needs from outside. */
export interface SavedAccountPreferencesOptions {
  readonly storage: AlmaContext['storage']['local']
  readonly log: Log
}

/** Preferences that are saved in the background. */
export interface SavedAccountPreferences extends AccountPreferences {
  /** Reads what was saved, once. A storage that fails costs a warning and nothing else. */
  load(): Promise<void>
}

/** Creates preferences in the host's plain storage. Load them before the first change. */
export function createSavedAccountPreferences({
  storage,
  log,
}: SavedAccountPreferencesOptions): SavedAccountPreferences {
  const warn = (error: unknown) =>
    log.warn('Preferences for accounts could not be read or saved', {name: toErrorName(error)})
  const preferences = createAccountPreferences({
    onChange: () => void storage.set(KEY, preferences.export()).catch(warn),
  })
  let loading: Promise<void> | undefined
  return {
    ...preferences,
    load() {
      loading ??= storage.get<unknown>(KEY).then((saved) => preferences.import(saved), warn)
      return loading
    },
  }
}
