/**
 * Accounts that other programs use as well, as one store: those of a folder that a setting names, and
 * CODEX_HOMEs that are used where they are.
 *
 * @module
 */
import {createAccountListeners} from '../account-listeners.ts'
import {createAccountLocks} from '../account-locks.ts'
import type {Account, AccountChange, AccountListener, AccountStore} from '../account.ts'
import type {DirectoryAccountStore} from '../directories/directory-account-store.ts'
import type {RefreshJournal} from '../refresh-journal.ts'
import type {SharedRestsOptions} from './shared-rests.ts'
import {StorageError} from '../../errors.ts'
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'

/** How long a list may take, in milliseconds. It is a matter of a few, where the drive answers. */
const PATIENCE_MS = 1000

/** What is known of accounts, and kept over a restart. */
export interface SharedMemory extends Pick<SharedRestsOptions, 'rests' | 'usage'> {
  /** CODEX_HOMEs to use where they are. Read at each update, and while there are some. */
  readonly links: {list(): readonly string[]}
  /** Resolves once everything is known. Never rejects. */
  load(): Promise<void>
  /** Tells `listener` after each change. */
  watch(listener: () => void): void
}

/** Options of {@link createSharedAccountStore}. */
export interface SharedAccountStoreOptions {
  /** The folder of account folders; `undefined` while none is shared. Read at each update. */
  readonly folder: () => string | undefined
  readonly memory: SharedMemory
  /** Where nothing is: the base while only links are used. */
  readonly emptyFolder: string
  readonly now: Clock
  readonly log: Log
}

/** The store. As long as nothing is shared, it is empty and costs nothing. */
export interface SharedAccountStore extends AccountStore {
  /** Looks at once at what is shared now, and tells who watches. */
  update(): Promise<void>
  /** Ends the watch, for good. Whoever asks is still answered. */
  close(): void
}

/**
 * Creates the store. Folders that cannot be read are told once and count as empty: the accounts that are
 * ours alone must not depend on them.
 */
export function createSharedAccountStore(options: SharedAccountStoreOptions): SharedAccountStore {
  return new SharedFolders(options)
}

class SharedFolders implements SharedAccountStore {
  readonly #options: SharedAccountStoreOptions
  readonly #listeners = createAccountListeners()
  #loading: Promise<void> | undefined
  readonly #locks = createAccountLocks<AccountStore>({
    find: () => this.#current(),
    hold: (store, task, id) => store.lock(id, task),
  })
  #isClosed = false
  /** Those that were listed last, for as long as the folders do not answer. */
  #known: readonly Account[] = []
  #isWaiting = false
  #base: string | undefined
  #opening: Promise<DirectoryAccountStore> | undefined
  /** What {@link #opening} gave. Each request asks it several times, and need not wait for what is in memory. */
  #opened: DirectoryAccountStore | undefined
  /** Tells other programs of rests, and hears of theirs. */
  #compareRests: (() => void) | undefined
  #lastFailure: string | undefined

  constructor(options: SharedAccountStoreOptions) {
    this.#options = options
    options.memory.watch(() => this.#compareRests?.())
  }

  /** Who asks does not wait for a drive that does not answer: accounts that are ours alone may do it. */
  async list(): Promise<readonly Account[]> {
    const known = this.#opened?.known()
    if (known) return (this.#known = known)
    const reading = this.#read<readonly Account[]>((store) => store.list(), [])
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, undefined)
    })
    const accounts = await Promise.race([reading, late]).finally(() => clearTimeout(timer))
    if (accounts) this.#known = accounts
    else if (!this.#isWaiting) void this.#wait(reading)
    return accounts ?? this.#known
  }

  async #wait(reading: Promise<readonly Account[]>): Promise<void> {
    this.#isWaiting = true
    this.#options.log.warn('The shared accounts do not answer, and are not waited for')
    this.#known = await reading.catch(() => this.#known)
    this.#isWaiting = false
    await this.#listeners.notify()
  }

  async get(id: string): Promise<Account | undefined> {
    const known = this.#opened?.known()
    if (known) return known.find((account) => account.id === id)
    return this.#read((store) => store.get(id), undefined)
  }

  reload(id: string): Promise<Account | undefined> {
    return this.#read((store) => store.reload(id), undefined)
  }

  async add(account: Account): Promise<void> {
    await (await this.#current())?.add(account)
  }

  async change(id: string, change: AccountChange): Promise<void> {
    const store = this.#locks.holder(id) ?? (await this.#current())
    await store?.change(id, change)
  }

  async remove(id: string): Promise<void> {
    await (await this.#current())?.remove(id)
  }

  watch(listener: AccountListener): () => void {
    return this.#listeners.watch(listener)
  }

  lock<Result>(id: string, task: (journal: RefreshJournal) => Promise<Result>): Promise<Result> {
    return this.#locks.lock(id, task)
  }

  async update(): Promise<void> {
    await this.#options.memory.load()
    this.#reopen()
    await this.reload('')
    await this.#listeners.notify()
  }

  close(): void {
    this.#isClosed = true
    this.#leave()
  }

  /** Ends the watch. What still goes on there, a refresh for example, is not disturbed. */
  #leave(): void {
    void this.#opening?.then((store) => store.close())
  }

  async #current(): Promise<DirectoryAccountStore | undefined> {
    this.#loading ??= this.#options.memory.load().then(() => this.#reopen())
    await this.#loading
    return this.#opening
  }

  #reopen(): void {
    const {emptyFolder, folder, memory} = this.#options
    const base = folder() ?? (memory.links.list().length > 0 ? emptyFolder : undefined)
    if (base === this.#base) return
    this.#leave()
    this.#base = base
    this.#compareRests = undefined
    this.#opened = undefined
    this.#opening = base === undefined ? undefined : this.#open(base)
  }

  /** Loaded when something is shared, which most users never do. */
  async #open(base: string): Promise<DirectoryAccountStore> {
    const {BaseFolder} = await import('../directories/base-folder.ts')
    const {createDirectoryAccountStore} = await import('../directories/directory-account-store.ts')
    const {SharedRests} = await import('./shared-rests.ts')
    const {log, memory, now} = this.#options
    const directories = new BaseFolder({base, now, log})
    const notify = () => this.#listeners.notify()
    const {statuses} = directories
    const rests = new SharedRests({...memory, statuses, now, log, onLifted: () => void notify()})
    const store = createDirectoryAccountStore({
      directories,
      now,
      log,
      extraHomes: () => memory.links.list(),
      onLook: (logins) => {
        this.#compareRests = () => rests.compare(logins)
        this.#compareRests()
      },
    })
    store.watch(notify)
    if (this.#base === base) this.#opened = store
    // A request that outlives the plugin may still need its account, and nobody a watch.
    if (this.#isClosed) store.close()
    return store
  }

  async #read<Result>(
    task: (store: AccountStore) => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    const store = await this.#current()
    if (!store) return otherwise
    try {
      return await task(store)
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      const {message} = error
      if (message !== this.#lastFailure) {
        this.#options.log.warn(`Shared accounts are left out: ${message}`)
      }
      this.#lastFailure = message
      return otherwise
    }
  }
}
