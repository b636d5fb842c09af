/**
 * Two account stores as one: logins of our own, and logins shared with other programs.
 *
 * @module
 */
import type {Account, AccountStore} from '../account.ts'
import {createAccountLocks} from '../account-locks.ts'

/**
 * The accounts of both stores, our own first. An account that is in both has one quota, so it is
 * listed once: as our own login, unless only the shared one works.
 *
 * A new login goes where the account is already, else to our own; so it renews what is there.
 */
export function createCombinedAccountStore(own: AccountStore, shared: AccountStore): AccountStore {
  /** The store whose login is the one to use. */
  const holderOf = async (id: string): Promise<AccountStore | undefined> => {
    const [ownAccount, sharedAccount] = await Promise.all([own.get(id), shared.get(id)])
    const used = choose([ownAccount, sharedAccount])
    return used && (used === ownAccount ? own : shared)
  }
  const locks = createAccountLocks({
    find: async (id) => (await holderOf(id)) ?? own,
    hold: (store, task, id) => store.lock(id, task),
  })
  return {
    async list() {
      const ownAccounts = await own.list()
      const sharedAccounts = await shared.list()
      // Every request asks, and most users share nothing.
      if (sharedAccounts.length === 0) return ownAccounts
      if (ownAccounts.length === 0) return sharedAccounts
      const accounts = [...ownAccounts, ...sharedAccounts]
      const ids = [...new Set(accounts.map(({id}) => id))]
      return ids.flatMap((id) => choose(accounts.filter((account) => account.id === id)) ?? [])
    },
    async get(id) {
      const ownAccount = await own.get(id)
      return choose([ownAccount, await shared.get(id)])
    },
    reload: async (id) => choose(await Promise.all([own.reload(id), shared.reload(id)])),
    add: async (account) => ((await holderOf(account.id)) ?? own).add(account),
    change: async (id, change) => (locks.holder(id) ?? (await holderOf(id)))?.change(id, change),
    remove: async (id) => (await holderOf(id))?.remove(id),
    watch(listener) {
      const ends = [own.watch(listener), shared.watch(listener)]
      return () => {
        for (const end of ends) end()
      }
    },
    lock: (id, task) => locks.lock(id, task),
  }
}

/** Of several logins of one account, the first that works; else the first. */
function choose(logins: readonly (Account | undefined)[]): Account | undefined {
  const there = logins.filter((login) => login !== undefined)
  return there.find(({loginRequired}) => loginRequired === undefined) ?? there[0]
}
