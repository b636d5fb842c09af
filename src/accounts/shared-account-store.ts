/**
 * Accounts that other programs use as well, as one store: those of a folder that a setting names, and
 * CODEX_HOMEs that are used where they are.
 *
 * @module
 */
import type {AccountRest} from './account-limits.ts'
import {createAccountListeners} from './account-listeners.ts'
import type {Account, AccountChange, AccountListener, AccountStore} from './account.ts'
import type {BaseFolder} from './directories/base-folder.ts'
import type {DirectoryAccountStore} from './directories/directory-account-store.ts'
import {keepWhile} from './keep-while.ts'
import {StorageError} from '../errors.ts'
import type {Clock} from '../http/fetch.ts'
import type {Log} from '../http/log.ts'

/** What {@link createSharedAccountStore} needs from outside. */
export interface SharedAccountStoreOptions {
  /** The folder of account folders; `undefined` while none is shared. Read at each refresh. */
  readonly folder: () => string | undefined
  /** CODEX_HOMEs to use where they are. Read at each refresh, and while there are some. */
  readonly links: () => readonly string[]
  /** Resolves once `links` is complete. Never rejects. */
  readonly load: () => Promise<void>
  /** Where nothing is: the base while only links are used. */
  readonly emptyFolder: string
  readonly now: Clock
  readonly log: Log
}

/** The store. As long as nothing is shared, it is empty and costs nothing. */
export interface SharedAccountStore extends AccountStore {
  /** Looks at once at what is shared now, and tells who watches. */
  refresh(): Promise<void>
  /** Lets the other programs know that an account rests. Never rejects. */
  noteRest(account: Account, rest: AccountRest): Promise<void>
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

/** The folders of one base, and the store on them. */
interface Opened {
  readonly directories: BaseFolder
  readonly store: DirectoryAccountStore
}

class SharedFolders implements SharedAccountStore {
  readonly #options: SharedAccountStoreOptions
  readonly #listeners = createAccountListeners()
  #loading: Promise<void> | undefined
  /** By account, who holds its lock. */
  readonly #locked = new Map<string, AccountStore>()
  #isClosed = false
  #base: string | undefined
  #opening: Promise<Opened> | undefined
  #lastFailure: string | undefined

  constructor(options: SharedAccountStoreOptions) {
    this.#options = options
  }

  list(): Promise<readonly Account[]> {
    return this.#read<readonly Account[]>((store) => store.list(), [])
  }

  get(id: string): Promise<Account | undefined> {
    return this.#read((store) => store.get(id), undefined)
  }

  reload(id: string): Promise<Account | undefined> {
    return this.#read((store) => store.reload(id), undefined)
  }

  async add(account: Account): Promise<void> {
    await (await this.#current())?.store.add(account)
  }

  async change(id: string, change: AccountChange): Promise<void> {
    const store = this.#locked.get(id) ?? (await this.#current())?.store
    await store?.change(id, change)
  }

  async remove(id: string): Promise<void> {
    await (await this.#current())?.store.remove(id)
  }

  watch(listener: AccountListener): () => void {
    return this.#listeners.watch(listener)
  }

  async lock<Result>(id: string, task: () => Promise<Result>): Promise<Result> {
    const store = (await this.#current())?.store
    return store ? store.lock(id, () => keepWhile(this.#locked, [id, store], task)) : task()
  }

  async refresh(): Promise<void> {
    await this.#options.load()
    this.#reopen()
    await this.reload('')
    await this.#listeners.notify()
  }

  async noteRest({home}: Account, rest: AccountRest): Promise<void> {
    const opened = home === undefined ? undefined : await this.#current()
    if (!opened) return
    const {log, now} = this.#options
    try {
      await noteInStatus(opened.directories, {home, rest, nowMs: now()})
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      log.warn(`Other programs were not told of a limit: ${error.message}`)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#leave()
  }

  /** Ends the watch. What still goes on there, a refresh for example, is not disturbed. */
  #leave(): void {
    void this.#opening?.then(({store}) => store.close())
  }

  async #current(): Promise<Opened | undefined> {
    this.#loading ??= this.#options.load().then(() => this.#reopen())
    await this.#loading
    return this.#opening
  }

  #reopen(): void {
    const {emptyFolder, folder, links} = this.#options
    const base = folder() ?? (links().length > 0 ? emptyFolder : undefined)
    if (base === this.#base) return
    this.#leave()
    this.#base = base
    this.#opening = base === undefined ? undefined : this.#open(base)
  }

  /** Loaded when something is shared, which most people never do. */
  async #open(base: string): Promise<Opened> {
    const {BaseFolder} = await import('./directories/base-folder.ts')
    const {createDirectoryAccountStore} = await import('./directories/directory-account-store.ts')
    const {links, log, now} = this.#options
    const directories = new BaseFolder({base, now, log})
    const store = createDirectoryAccountStore({directories, now, log, extraHomes: links})
    store.watch(() => this.#listeners.notify())
    // A request that outlives the plugin may still need its account, and nobody a watch.
    if (this.#isClosed) store.close()
    return {directories, store}
  }

  async #read<Result>(
    task: (store: AccountStore) => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    const opened = await this.#current()
    if (!opened) return otherwise
    try {
      return await task(opened.store)
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

/** In the words of the command line's status file. */
async function noteInStatus(
  directories: BaseFolder,
  {home, rest, nowMs}: {home: string | undefined; rest: AccountRest; nowMs: number},
): Promise<void> {
  const folders = await directories.folders()
  const name = folders.find((folder) => folder.home === home)?.name
  if (name === undefined || rest.reason !== 'usage_limit') return
  await directories.changeStatus(name, ({consecutiveFailures = 0}) => ({
    lastQuotaAtMs: nowMs,
    cooldownUntilMs: rest.untilMs,
    consecutiveFailures: consecutiveFailures + 1,
    lastError: 'usage_limit_reached',
  }))
}
