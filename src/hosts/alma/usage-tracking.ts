/**
 * What is known about the limits of the accounts: noted from every answer, and asked for when that
 * helps.
 *
 * @module
 */
import type {AccountLimits} from '../../accounts/account-limits.ts'
import type {AccountStore} from '../../accounts/account.ts'
import {observeUsage} from '../../accounts/observe-usage.ts'
import type {UsageReading} from '../../accounts/usage.ts'
import {createSavedUsageBook, type SavedUsageBook} from './saved-usage-book.ts'
import type {AlmaContext} from './alma-api.ts'
import {createUsageRefresh, type UsageBackend, type UsageRefresh} from './usage-refresh.ts'

/** What {@link createUsageTracking} needs from outside. */
export interface UsageTrackingOptions {
  readonly backend: UsageBackend
  readonly store: Pick<AccountStore, 'get' | 'list'>
  readonly limits: Pick<AccountLimits, 'get' | 'release'>
  readonly storage: AlmaContext['storage']['local']
  /** Told after each reading, and of which account. Must not throw. */
  readonly onChange?: (accountId: string) => void
}

/** Keeps up to date what is known. */
export interface UsageTracking {
  readonly book: SavedUsageBook
  readonly refresh: UsageRefresh
  /** Takes notice of what an answer says. */
  readonly onUsage: (accountId: string, reading: UsageReading) => void
  /** Takes notice of a login or a logout. The backend is asked in the background. */
  accountsChanged(): Promise<void>
  /** Saves what is known, and asks for nothing more. */
  close(): Promise<void>
}

/** Creates a tracking that knows nothing yet. */
export function createUsageTracking(options: UsageTrackingOptions): UsageTracking {
  const {backend, limits, onChange, storage, store} = options
  const {log, now} = backend
  const stopped = new AbortController()
  const book = createSavedUsageBook({storage, now, log})
  const note = (accountId: string, reading: UsageReading) => {
    observeUsage(accountId, reading, {book, limits})
    onChange?.(accountId)
  }
  const {signal} = stopped
  const refresh = createUsageRefresh({backend, store, book, onUsage: note, signal})
  return {
    book,
    refresh,
    onUsage(accountId, reading) {
      note(accountId, reading)
      // The refusal names one window; how the others are is worth knowing then.
      if (reading.source === 'refusal') void refresh.one(accountId)
    },
    async accountsChanged() {
      await book.load()
      const accounts = await store.list().catch(() => undefined)
      if (!accounts) return
      const ids = new Set(accounts.map(({id}) => id))
      for (const id of book.list().keys()) if (!ids.has(id)) book.forget(id)
      void refresh.stale()
    },
    async close() {
      stopped.abort()
      await book.flush()
    },
  }
}
