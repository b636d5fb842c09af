/**
 * Accounts in folders that other programs use as well.
 *
 * @module
 */
import {toErrorName} from '../../errors.ts'
import {watchFolders, type FolderWatch} from '../../files/watch-folders.ts'
import type {Clock} from '../../base/clock.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import {createAccountListeners} from '../account-listeners.ts'
import {createAccountLocks} from '../account-locks.ts'
import {
  isCurrent,
  type Account,
  type AccountChange,
  type AccountListener,
  type AccountStore,
  type LoginRequired,
} from '../account.ts'
import type {RefreshJournal} from '../refresh-journal.ts'
import {toLoginHash} from '../tokens/token-hash.ts'
import type {RefusedLogin} from './account-status.ts'
import {lockHome, renewLogin, writeLogin} from './codex/codex-home.ts'
import {
  DirectoryReader,
  withRefusal,
  type DirectoryLogin,
  type DirectoryReaderOptions,
} from './directory-reader.ts'

/** How often `list` looks whether files have changed, in milliseconds. */
const LOOK_EVERY_MS = 1000

/** The files whose changes matter. */
const FILES = ['auth.json', 'registry.json', 'account_status.json']

/** Options of {@link createDirectoryAccountStore}. */
export interface DirectoryAccountStoreOptions extends Omit<DirectoryReaderOptions, 'extraHomes'> {
  /**
   * CODEX_HOMEs that are not registered and used where they are, for example `~/.codex`. Their logins are
   * listed last. Removing one does not touch it. Default none.
   */
  readonly extraHomes?: () => readonly string[]
  /** Told which logins are listed, each time that their files were looked at. Must not throw. */
  readonly onLook?: (logins: readonly DirectoryLogin[]) => void
  readonly now: Clock
}

/** An account store that has something to end. */
export interface DirectoryAccountStore extends AccountStore {
  /** What `list` would give, where it would not look at files for it: most of the time. */
  known(): readonly Account[] | undefined
  /** Ends the watch over the folders. */
  close(): void
}

/**
 * An account store on account folders.
 *
 * `list` and `get` answer from memory. They are brought up to date when the system tells of a change, and
 * otherwise at most once a second, by looking at the files' times. Of two folders with the same account, the
 * first one whose login works is listed: they share one quota.
 *
 * Email and plan are those that the tokens name; a change of them alone is not stored.
 */
export function createDirectoryAccountStore(
  options: DirectoryAccountStoreOptions,
): DirectoryAccountStore {
  return new FolderStore(options)
}

class FolderStore implements DirectoryAccountStore {
  readonly #options: DirectoryAccountStoreOptions
  readonly #reader: DirectoryReader
  readonly #listeners = createAccountListeners()
  readonly #watch: FolderWatch
  /** By folder: tokens that came through here, whose lifetime is known better than from the file. */
  readonly #tokens = new Map<string, TokenSet>()
  /** By folder: marks of logins for which there is no status file. */
  readonly #refusals = new Map<string, RefusedLogin>()
  /** Folders that were removed and are not ours to remove. */
  readonly #hidden = new Set<string>()
  readonly #locks = createAccountLocks<DirectoryLogin>({
    find: async (id) => {
      if (!this.#find(id)) await this.#update()
      return this.#find(id)
    },
    hold: ({home}, task) => lockHome(home, task, this.#options.directories.writeOptions),
  })
  #logins: readonly DirectoryLogin[] = []
  #accounts: readonly Account[] = []
  #isLoaded = false
  #isCurrent = false
  #lookedAtMs = -Infinity
  #looking: Promise<void> | undefined
  #lastTurn: Promise<unknown> = Promise.resolve()
  #writes = 0

  constructor(options: DirectoryAccountStoreOptions) {
    this.#options = options
    this.#reader = new DirectoryReader({extraHomes: () => [], ...options})
    this.#watch = watchFolders(FILES, () => {
      this.#isCurrent = false
      // Whoever asks next hears of a failure.
      void this.#look().catch(() => undefined)
    })
  }

  known(): readonly Account[] | undefined {
    return this.#isKnown() ? this.#accounts : undefined
  }

  async list(): Promise<readonly Account[]> {
    await this.#look()
    return this.#accounts
  }

  async get(id: string): Promise<Account | undefined> {
    return (await this.list()).find((account) => account.id === id)
  }

  async reload(id: string): Promise<Account | undefined> {
    this.#reader.forget()
    if (await this.#update()) void this.#listeners.notify()
    return this.#accounts.find((account) => account.id === id)
  }

  async add(account: Account): Promise<void> {
    await this.#write(async () => {
      const {directories} = this.#options
      const same = this.#logins.filter((login) => login.account.id === account.id)
      const extra = same.every(({name}) => name === undefined) ? same[0] : undefined
      if (extra) await renewLogin(extra.home, account, directories.writeOptions)
      const home = extra?.home ?? (await directories.addLogin(account))
      this.#tokens.set(home, account.tokens)
      this.#refusals.delete(home)
      this.#hidden.delete(home)
    })
    await this.#listeners.notify()
  }

  async change(
    id: string,
    {tokens, spentRefreshToken, loginRequired}: AccountChange,
  ): Promise<void> {
    await this.#write(async () => {
      const login = this.#find(id) ?? this.#locks.holder(id)
      if (!login) return
      const account = tokens ? {...login.account, tokens} : login.account
      if (!isCurrent(login.account, spentRefreshToken)) return
      if (tokens) {
        // Somebody may have logged in as somebody else there, or out.
        const over = {onlyOver: id, ...(spentRefreshToken !== undefined && {spentRefreshToken})}
        await writeLogin(login.home, account, {...this.#options.directories.writeOptions, ...over})
        this.#tokens.set(login.home, tokens)
      }
      if (loginRequired !== undefined) await this.#mark({...login, account}, loginRequired)
    })
    if (loginRequired !== undefined) await this.#listeners.notify()
  }

  async remove(id: string): Promise<void> {
    await this.#write(async () => {
      for (const {name, home, account} of this.#logins) {
        if (account.id !== id) continue
        if (name === undefined) this.#hidden.add(home)
        else await this.#options.directories.remove(name)
      }
    })
    await this.#listeners.notify()
  }

  watch(listener: AccountListener): () => void {
    return this.#listeners.watch(listener)
  }

  lock<Result>(id: string, task: (journal: RefreshJournal) => Promise<Result>): Promise<Result> {
    return this.#locks.lock(id, task)
  }

  close(): void {
    this.#watch.close()
  }

  /** Brings memory up to date, if it is time to. What this process writes, it reads back itself. */
  async #look(): Promise<void> {
    if (this.#isKnown()) return
    this.#looking ??= this.#update()
      .then((isNews) => void (isNews && this.#listeners.notify()))
      .catch((error: unknown) => {
        if (!this.#isLoaded) throw error
        this.#options.log.warn('The accounts could not be read again', {name: toErrorName(error)})
      })
      .finally(() => {
        this.#looking = undefined
      })
    await this.#looking
  }

  #isKnown(): boolean {
    return this.#isLoaded && (this.#writes > 0 || !this.#isDue())
  }

  #isDue(): boolean {
    // The clock may have been set back since.
    const waitedMs = Math.abs(this.#options.now() - this.#lookedAtMs)
    return !this.#isCurrent || waitedMs >= LOOK_EVERY_MS
  }

  /** Writes, and reads back what became of it. */
  async #write(write: () => Promise<void>): Promise<void> {
    this.#writes += 1
    try {
      await this.#update()
      await write()
    } finally {
      this.#writes -= 1
      await this.#update()
    }
  }

  /** Reads after the reads before it. Says whether accounts have come, gone or changed their login state. */
  #update(): Promise<boolean> {
    const turn = this.#lastTurn.then(() => this.#load())
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }

  async #load(): Promise<boolean> {
    this.#isCurrent = true
    this.#lookedAtMs = this.#options.now()
    const homes = await this.#reader.homes()
    this.#watch.follow([this.#options.directories.base, ...homes.map(({home}) => home)])
    const logins = await this.#reader.logins()
    this.#logins = logins
      .filter(({home}) => !this.#hidden.has(home))
      .map((login) => ({...login, account: this.#complete(login)}))
    const before = this.#accounts
    this.#accounts = toAccounts(this.#logins)
    const isNews = this.#isLoaded && toNews(before) !== toNews(this.#accounts)
    this.#isLoaded = true
    this.#options.onLook?.(this.#accounts.flatMap(({id}) => this.#find(id) ?? []))
    return isNews
  }

  #complete({home, account}: DirectoryLogin): Account {
    const known = this.#tokens.get(home)
    const refused = this.#refusals.get(home)
    const isKnown = known?.accessToken === account.tokens.accessToken
    const {expiresAtMs} = isKnown ? known : account.tokens
    const complete = {...account, tokens: {...account.tokens, expiresAtMs}}
    return refused ? withRefusal(complete, refused) : complete
  }

  async #mark(
    {name, home, account}: DirectoryLogin,
    loginRequired: LoginRequired | null,
  ): Promise<void> {
    const refreshTokenHash = toLoginHash(account.tokens)
    const refused = loginRequired && {...loginRequired, refreshTokenHash}
    if (name !== undefined) {
      await this.#options.directories.changeStatus(name, ({lastError}) => ({
        loginRequired: refused,
        ...(refused && {lastError: 'auth_failed'}),
        ...(!refused && lastError === 'auth_failed' && {lastError: null}),
      }))
    } else if (refused) this.#refusals.set(home, refused)
    else this.#refusals.delete(home)
  }

  /** The folder that the listed account is in. */
  #find(id: string): DirectoryLogin | undefined {
    const home = this.#accounts.find((account) => account.id === id)?.home
    return this.#logins.find((login) => login.home === home)
  }
}

/** One account for each identity: the first one whose login works, at the place of the first one. */
function toAccounts(logins: readonly DirectoryLogin[]): readonly Account[] {
  const accounts = new Map<string, Account>()
  for (const {account} of logins) {
    const first = accounts.get(account.id)
    if (!first || (first.loginRequired && !account.loginRequired)) accounts.set(account.id, account)
  }
  return [...accounts.values()]
}

/** What listeners are told of. */
function toNews(accounts: readonly Account[]): string {
  return JSON.stringify(accounts.map(({id, loginRequired}) => [id, loginRequired?.reason]))
}
