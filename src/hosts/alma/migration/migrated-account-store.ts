/**
 * An account store whose first use waits for what an earlier version left to be taken over.
 *
 * @module
 */
import type {AccountStore} from '../../../accounts/account.ts'

/**
 * The same store, behind a migration that runs once, at the first call: the host calls the provider
 * in any order, and a request must not miss an account that is only being taken over.
 *
 * @param migrate Must not reject: what cannot be taken over must not lock the user out.
 */
export function withMigration(store: AccountStore, migrate: () => Promise<void>): AccountStore {
  let migration: Promise<void> | undefined
  let isMigrated = false
  const ready = async () => {
    migration ??= migrate()
    await migration
    isMigrated = true
    return store
  }
  return {
    list: async () => (await ready()).list(),
    get: async (id) => (await ready()).get(id),
    reload: async (id) => (await ready()).reload(id),
    add: async (account) => (await ready()).add(account),
    change: async (id, change) => (await ready()).change(id, change),
    remove: async (id) => (await ready()).remove(id),
    // Who hears of a change asks for the accounts, and would wait for a migration that waits for them.
    watch: (listener) =>
      store.watch(async () => {
        if (isMigrated) await listener()
      }),
    lock: async (id, task) => (await ready()).lock(id, task),
  }
}
