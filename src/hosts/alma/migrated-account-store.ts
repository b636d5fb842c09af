/**
 * An account store whose first use waits for what an earlier version left to be taken over.
 *
 * @module
 */
import type {AccountListener, AccountStore} from '../../accounts/account.ts'

/**
 * The same store, behind a migration that runs once, at the first call: the host calls the provider
 * in any order, and a request must not miss an account that is only being taken over.
 *
 * @param migrate Must not reject: what cannot be taken over must not lock the user out.
 */
export function withMigration(store: AccountStore, migrate: () => Promise<void>): AccountStore {
  let migration: Promise<void> | undefined
  /** Who is to be told after the migration, while it runs. */
  let waiting: Set<AccountListener> | undefined
  const runMigration = async () => {
    const listeners = new Set<AccountListener>()
    waiting = listeners
    await migrate()
    waiting = undefined
    for (const tell of listeners) void tell()
  }
  const ready = async () => {
    migration ??= runMigration()
    await migration
    return store
  }
  return {
    list: async () => (await ready()).list(),
    get: async (id) => (await ready()).get(id),
    reload: async (id) => (await ready()).reload(id),
    add: async (account) => (await ready()).add(account),
    change: async (id, change) => (await ready()).change(id, change),
    remove: async (id) => (await ready()).remove(id),
    watch: (listener) =>
      store.watch(async () => {
        // A listener that asks for the accounts waits for the migration, which must not wait for it.
        if (waiting) waiting.add(listener)
        else await listener()
      }),
    lock: async (id, task) => (await ready()).lock(id, task),
  }
}
