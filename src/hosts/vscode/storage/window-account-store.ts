/**
 * The accounts, as one window of several sees them.
 *
 * @module
 */
import path from 'node:path'
import {createAccountListeners} from '../../../accounts/account-listeners.ts'
import type {Account, AccountListener, AccountStore} from '../../../accounts/account.ts'
import {withFileLock} from '../../../files/file-lock.ts'
import {toStorageError} from '../../../files/storage-failure.ts'
import {makeFolder} from '../../../files/make-folder.ts'

/** What the windows share. */
export interface WindowAccountStoreOptions {
  /** Creates a store that has read nothing yet. */
  readonly open: () => AccountStore
  /** Folder for the locks between windows. */
  readonly folder: string
}

/** A store that can be told of other windows. */
export interface WindowAccountStore extends AccountStore {
  /** Another window has changed something: reads everything anew, and tells who watches. */
  refresh(): Promise<void>
}

/** Creates a store. */
export function createWindowAccountStore({
  open,
  folder,
}: WindowAccountStoreOptions): WindowAccountStore {
  const listeners = createAccountListeners()
  let store = open()
  let lastTurn: Promise<unknown> = Promise.resolve()
  /** The accounts as those who watch have heard of them. */
  let heard: string | undefined
  /** One after the other: what is read anew must not be older than a change that was made meanwhile. */
  const inTurn = <Value>(task: () => Promise<Value>): Promise<Value> => {
    const turn = lastTurn.then(async () => {
      heard ??= describe(await store.list())
      return task()
    })
    lastTurn = turn.catch(() => undefined)
    return turn
  }
  /** @returns Whether there is something to tell that nobody has heard yet. */
  const compare = async () => {
    const before = heard
    heard = describe(await store.list())
    return heard !== before
  }
  // Whoever is told may change accounts, and that has to wait for its turn.
  const tellOf = async (task: () => Promise<boolean>) => {
    if (await inTurn(task)) await listeners.notify()
  }
  return {
    list: () => store.list(),
    get: (id) => store.get(id),
    reload: (id) => inTurn(() => store.reload(id)),
    add: (account) =>
      tellOf(async () => {
        await store.add(account)
        await compare()
        // Also when it was there before: its plan may be another one.
        return true
      }),
    change: (id, change) =>
      tellOf(async () => {
        await store.change(id, change)
        return compare()
      }),
    remove: (id) =>
      tellOf(async () => {
        await store.remove(id)
        return compare()
      }),
    watch: (listener: AccountListener) => listeners.watch(listener),
    async lock(id, task) {
      await makeLockFolder(folder)
      // Loaded when needed: `node:crypto` takes longer than the rest of the start.
      const {toLockName} = await import('./lock-name.ts')
      const file = path.join(folder, `${toLockName(id)}.lock`)
      return withFileLock(file, () => store.lock(id, task), {isOurs: true})
    },
    refresh: () =>
      tellOf(async () => {
        const next = open()
        await next.list()
        store = next
        return compare()
      }),
  }
}

async function makeLockFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
  } catch (error) {
    throw toStorageError(folder, error)
  }
}

/** What those who watch want to know of: who is there, and whose login works. */
function describe(accounts: readonly Account[]): string {
  return JSON.stringify(accounts.map(({id, loginRequired}) => [id, loginRequired?.reason]))
}
