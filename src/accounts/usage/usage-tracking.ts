/**
 * What is known about the limits of the accounts: noted from every answer, and asked for when that
 * helps.
 *
 * @module
 */
import type {AccountStore} from '../account.ts'
import type {UsageReading} from './usage.ts'
import type {UsageBook} from './usage-book.ts'
import {createUsageReload, type UsageBackend, type UsageReload} from './usage-reload.ts'

/** What is known, and kept over a restart. */
export interface UsageMemory {
  readonly usage: UsageBook
  /** Reads what was kept, once. Never rejects. */
  load(): Promise<void>
}

/** Options of {@link createUsageTracking}. */
export interface UsageTrackingOptions {
  readonly backend: UsageBackend
  readonly store: Pick<AccountStore, 'get' | 'list'>
  readonly memory: UsageMemory
  /** Told after each reading, and of which account. Must not throw. */
  readonly onReading?: (accountId: string) => void
}

/** Keeps up to date what is known. */
export interface UsageTracking {
  readonly reload: UsageReload
  /** Takes notice of what an answer says. */
  readonly onUsage: (accountId: string, reading: UsageReading) => void
  /** An account is passed over because it has no quota, as far as is known: that may have changed by now. */
  readonly onResting: (accountId: string) => void
  /** Takes notice of a login or a logout. The backend is asked in the background. */
  accountsChanged(): Promise<void>
  /** Ends what is under way, and asks for nothing more. */
  stop(): void
}

/** Creates a tracking that knows nothing yet. */
export function createUsageTracking(options: UsageTrackingOptions): UsageTracking {
  const {backend, memory, onReading, store} = options
  const stopped = new AbortController()
  const book = memory.usage
  const note = (accountId: string, reading: UsageReading) => {
    book.update(accountId, reading)
    onReading?.(accountId)
  }
  const {signal} = stopped
  const reload = createUsageReload({backend, store, book, onUsage: note, signal})
  return {
    reload,
    onUsage(accountId, reading) {
      note(accountId, reading)
      // The refusal names one window; how the others are is worth knowing then.
      if (reading.source === 'refusal') void reload.one(accountId)
    },
    onResting: (accountId) => void reload.one(accountId),
    async accountsChanged() {
      await memory.load()
      const accounts = await store.list().catch(() => undefined)
      if (!accounts) return
      const ids = new Set(accounts.map(({id}) => id))
      for (const id of book.list().keys()) if (!ids.has(id)) book.forget(id)
      void reload.stale()
    },
    stop: () => stopped.abort(),
  }
}
