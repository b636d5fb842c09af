/**
 * Everything about the accounts that is no secret, kept over a restart of the host. It changes often,
 * and must never cause the tokens to be written again.
 *
 * @module
 */
import {createAccountRests, type AccountRests} from '../accounts/rests/account-rests.ts'
import {createAccountPreferences, type AccountPreferences} from '../accounts/account-preferences.ts'
import {createUsageBook, type UsageBook} from '../accounts/usage/usage-book.ts'
import {createUsageWarnings, type UsageWarnings} from '../accounts/usage/usage-warnings.ts'
import type {Clock} from '../base/clock.ts'
import type {Log} from '../base/log.ts'
import type {Saver} from '../base/saver.ts'
import type {KeyValueStorage} from './key-value-storage.ts'
import {createLinkedHomes, type LinkedHomes} from './linked-homes.ts'
import {createSavedState} from './saved-state.ts'

/** Where it is kept, and when the user is warned. */
export interface AccountMemoryOptions {
  readonly storage: KeyValueStorage
  readonly now: Clock
  readonly log: Log
  /** How much is left of a limit when the user is warned, in percent. */
  readonly warningThresholds?: () => readonly number[]
  /** How long a limit lasts that does not say until when, in milliseconds. Default: half an hour. */
  readonly unknownRestMs?: number | undefined
}

/** What is known and wanted. Each part is saved in the background when it changes. */
export interface AccountMemory {
  /** The clock that all of it goes by. */
  readonly now: Clock
  /** Who rests, why, and until when. */
  readonly rests: AccountRests
  /** What the user wants of their accounts. */
  readonly preferences: AccountPreferences
  /** What is left of their limits. */
  readonly usage: UsageBook
  /** What was said about that. */
  readonly warnings: UsageWarnings
  /** Folders of other programs whose logins are used as well. */
  readonly links: LinkedHomes
  /** Reads what was saved, once. Never rejects. */
  load(): Promise<void>
  /** Tells `listener` after each change of what is known or wanted. It must not throw. */
  watch(listener: () => void): void
  /** Resolves once every change is saved, or saving failed. Never rejects. */
  flush(): Promise<void>
}

/** Creates a memory on the host's plain storage. Load it before the first use. */
export function createAccountMemory({
  storage,
  now,
  log,
  warningThresholds,
  unknownRestMs,
}: AccountMemoryOptions): AccountMemory {
  const thresholds = warningThresholds && {thresholds: warningThresholds}
  const listeners: (() => void)[] = []
  const states: Saver[] = []

  /** Keeps one part under a key of its own. */
  function keep<Part extends Exportable>(
    key: string,
    create: (onChange: () => void) => Part,
  ): Part {
    const part = create(() => {
      state.changed()
      for (const listener of listeners) listener()
    })
    const state = createSavedState({
      key,
      storage,
      log,
      export: () => part.export(),
      import: (saved) => part.import(saved),
    })
    states.push(state)
    return part
  }

  const usage = keep('usage', (onChange) => createUsageBook({now, onChange, unknownRestMs}))
  return {
    now,
    rests: keep('limits', (onChange) =>
      createAccountRests({now, onChange, usage: (accountId) => usage.get(accountId)}),
    ),
    preferences: keep('preferences', (onChange) => createAccountPreferences({onChange})),
    usage,
    links: keep('links', (onChange) => createLinkedHomes({onChange})),
    warnings: keep('warnings', (onChange) => createUsageWarnings({...thresholds, onChange})),
    async load() {
      await Promise.all(states.map((state) => state.load()))
    },
    watch: (listener) => void listeners.push(listener),
    async flush() {
      await Promise.all(states.map((state) => state.flush()))
    },
  }
}

interface Exportable {
  export(): string
  import(saved: unknown): void
}
