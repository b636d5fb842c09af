/**
 * The accounts, as one window of several sees them.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import {mkdir} from 'node:fs/promises'
import path from 'node:path'
import {createAccountListeners} from '../../accounts/account-listeners.ts'
import type {Account, AccountListener, AccountStore} from '../../accounts/account.ts'
import {withFileLock} from '../../files/file-lock.ts'

/** What {@link createWindowAccountStore} needs from outside. */
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
  const tell = () => listeners.notify()
  let store = open()
  let unwatch = store.watch(tell)
  let lastTurn: Promise<unknown> = Promise.resolve()
  /** One after the other: what is read anew must not be older than a change that was made meanwhile. */
  const inTurn = <Value>(task: () => Promise<Value>): Promise<Value> => {
    const turn = lastTurn.then(task)
    lastTurn = turn.catch(() => undefined)
    return turn
  }
  /** @returns Whether there is something to tell. */
  const readAnew = async () => {
    const next = open()
    const [before, after] = await Promise.all([store.list(), next.list()])
    unwatch()
    store = next
    unwatch = store.watch(tell)
    return describe(before) !== describe(after)
  }
  return {
    list: () => store.list(),
    get: (id) => store.get(id),
    reload: (id) => store.reload(id),
    add: (account) => inTurn(() => store.add(account)),
    change: (id, change) => inTurn(() => store.change(id, change)),
    remove: (id) => inTurn(() => store.remove(id)),
    watch: (listener: AccountListener) => listeners.watch(listener),
    async lock(id, task) {
      await mkdir(folder, {recursive: true})
      return withFileLock(path.join(folder, `${toFileName(id)}.lock`), task)
    },
    async refresh() {
      // Whoever is told may change accounts, and that has to wait for its turn.
      if (await inTurn(readAnew)) await tell()
    },
  }
}

/** An id holds characters that no file name may have. */
function toFileName(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 16)
}

/** What those who watch want to know of: who is there, and whose login works. */
function describe(accounts: readonly Account[]): string {
  return JSON.stringify(accounts.map(({id, loginRequired}) => [id, loginRequired !== undefined]))
}
