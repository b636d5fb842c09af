import {createAccountListeners} from '../../../src/accounts/account-listeners.ts'
import {applyAccountChange, type Account, type AccountStore} from '../../../src/accounts/account.ts'
import type {RefreshJournal} from '../../../src/accounts/refresh-journal.ts'
import {StorageError} from '../../../src/errors.ts'

/** An {@link AccountStore} for one test. */
export interface MemoryAccountStore extends AccountStore {
  /** What is stored, as another process would see and change it. */
  readonly stored: Map<string, Account>
  /** How many of the next writes fail. */
  failingWrites: number
}

/** An {@link AccountStore} that lives as long as one test. What it knows can be older than what is stored. */
export function createMemoryAccountStore(...initial: Account[]): MemoryAccountStore {
  return openMemoryAccountStore(new Map(initial.map((account) => [account.id, account])))
}

/** The stores of several processes, which share what is stored, and the lock. */
export function createSharedAccountStores(
  count: number,
  ...initial: Account[]
): readonly MemoryAccountStore[] {
  const stored = new Map(initial.map((account) => [account.id, account]))
  const asked = new Map<string, number>()
  let lastTask: Promise<unknown> = Promise.resolve()
  const lock: AccountStore['lock'] = (_id, task) => {
    const result = lastTask.then(() => task(createMemoryJournal(asked)))
    lastTask = result.catch(() => undefined)
    return result
  }
  return Array.from({length: count}, () => Object.assign(openMemoryAccountStore(stored), {lock}))
}

/** A journal that lives as long as one test: when each refresh token was sent whose outcome is not known. */
export function createMemoryJournal(asked = new Map<string, number>()): RefreshJournal {
  let token = ''
  return {
    lastAsked: async (refreshToken) => asked.get(refreshToken),
    async begin(refreshToken, nowMs) {
      token = refreshToken
      asked.set(refreshToken, nowMs)
    },
    keep: async () => {},
    async end(isSettled) {
      if (isSettled) asked.delete(token)
    },
  }
}

function openMemoryAccountStore(stored: Map<string, Account>): MemoryAccountStore {
  const known = new Map(stored)
  const journal = createMemoryJournal()
  const listeners = createAccountListeners()
  const write = (account: Account) => {
    if (store.failingWrites > 0) {
      store.failingWrites -= 1
      throw new StorageError('The disk is full')
    }
    stored.set(account.id, account)
    known.set(account.id, account)
  }
  const store: MemoryAccountStore = {
    stored,
    failingWrites: 0,
    list: async () => [...known.values()],
    get: async (id) => known.get(id),
    reload: async (id) => {
      const account = stored.get(id)
      if (account) known.set(id, account)
      else known.delete(id)
      return account
    },
    add: async (account) => {
      write(account)
      await listeners.notify()
    },
    change: async (id, change) => {
      const account = stored.get(id)
      if (account) write(applyAccountChange(account, change))
    },
    remove: async (id) => {
      stored.delete(id)
      known.delete(id)
      await listeners.notify()
    },
    watch: (listener) => listeners.watch(listener),
    lock: async (_id, task) => task(journal),
  }
  return store
}
