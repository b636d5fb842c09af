/**
 * Accounts in the host's secret storage.
 *
 * @module
 */
import type {SecretStorage} from './key-value-storage.ts'
import {createAccountListeners} from '../accounts/account-listeners.ts'
import {
  applyAccountChange,
  type Account,
  type AccountChange,
  type AccountListener,
  type AccountStore,
} from '../accounts/account.ts'
import {withJournal, type RefreshJournal} from '../accounts/refresh-journal.ts'
import type {Log} from '../base/log.ts'
import {parseProfile} from '../oauth/claims.ts'
import type {AccountJournal} from './account-journal.ts'
import {AccountSecrets} from './account-secrets.ts'

/**
 * An account store on the host's secret storage. It is read once; after that, `list` and `get` answer
 * from memory. Writes come one after another, each from what is stored at that moment, so two
 * instances of the plugin (a hot reload) do not undo what the other wrote.
 *
 * Every method rejects with a {@link StorageError} when the storage fails; the state before is kept.
 */
export function createSecretAccountStore(
  secrets: SecretStorage,
  {log, openJournal}: SecretAccountStoreOptions,
): AccountStore {
  return new SecretAccountStore(new AccountSecrets(secrets, log), openJournal)
}

/** How accounts are kept. */
export interface SecretAccountStoreOptions {
  readonly log: Log
  /** Opens the journal of an account, for whoever holds its lock. Default: one in the same storage. */
  readonly openJournal?: (accountId: string) => Promise<AccountJournal>
}

class SecretAccountStore implements AccountStore {
  readonly #secrets: AccountSecrets
  readonly #openJournal: (accountId: string) => Promise<AccountJournal>
  readonly #listeners = createAccountListeners()
  #opening: Promise<void> | undefined
  #accounts: readonly Account[] = []
  #lastTurn: Promise<unknown> = Promise.resolve()

  constructor(
    secrets: AccountSecrets,
    openJournal = (accountId: string) => secrets.journal(accountId),
  ) {
    this.#secrets = secrets
    this.#openJournal = openJournal
  }

  async list(): Promise<readonly Account[]> {
    await this.#open()
    return this.#accounts
  }

  async get(id: string): Promise<Account | undefined> {
    await this.#open()
    return this.#find(id)
  }

  reload(id: string): Promise<Account | undefined> {
    return this.#inTurn(() => this.#readThrough(id))
  }

  async add(account: Account): Promise<void> {
    await this.#inTurn(async () => {
      // The record comes first: a record nobody lists is harmless, a listed one must be there.
      await this.#secrets.writeAccount(account)
      await this.#secrets.addId(account.id, this.#ids())
      this.#remember(account)
    })
    await this.#listeners.notify()
  }

  async change(id: string, change: AccountChange): Promise<void> {
    const isNews = await this.#inTurn(async () => {
      const account = await this.#readThrough(id)
      if (!account) return false
      const changed = applyAccountChange(account, change)
      await this.#secrets.writeAccount(changed)
      this.#remember(changed)
      return account.loginRequired?.reason !== changed.loginRequired?.reason
    })
    if (isNews) await this.#listeners.notify()
  }

  async remove(id: string): Promise<void> {
    await this.#inTurn(async () => {
      await this.#secrets.removeId(id, this.#ids())
      this.#forget(id)
      await this.#secrets.deleteAccount(id)
      const journal = await this.#openJournal(id)
      await journal.end(true)
    })
    await this.#listeners.notify()
  }

  watch(listener: AccountListener): () => void {
    return this.#listeners.watch(listener)
  }

  /**
   * The host has one process, in which whoever refreshes waits for one another anyway. What a refresh before has
   * left in the journal is stored first.
   */
  async lock<Result>(
    id: string,
    task: (journal: RefreshJournal) => Promise<Result>,
  ): Promise<Result> {
    const journal = await this.#openJournal(id)
    await this.#settle(id, journal)
    return withJournal(journal, task)
  }

  /** Stores the answer to a refresh whose process ended, or whose storage failed, before it could. */
  async #settle(id: string, journal: AccountJournal): Promise<void> {
    const account = await this.reload(id)
    const kept = account && (await journal.findKept(account.tokens.refreshToken))
    if (!kept) return
    const {tokens: previous} = account
    const {readRefreshAnswer} = await import('../oauth/refresh.ts')
    const tokens = readRefreshAnswer(kept.answer, {previous, receivedAtMs: kept.receivedAtMs})
    if (!tokens) return
    const spentRefreshToken = previous.refreshToken
    await this.change(id, {tokens, spentRefreshToken, ...parseProfile(tokens)})
    await journal.end(true)
  }

  /** Reads everything, once. A failure is forgotten, so that the next call tries again. */
  #open(): Promise<void> {
    this.#opening ??= this.#load().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #load(): Promise<void> {
    const ids = await this.#secrets.readIds([])
    const accounts = await Promise.all(ids.map((id) => this.#secrets.readAccount(id)))
    this.#accounts = accounts.filter((account) => account !== undefined)
  }

  /** Runs `task` after those before it, whether they failed or not. */
  #inTurn<Value>(task: () => Promise<Value>): Promise<Value> {
    const turn = this.#lastTurn.then(async () => {
      await this.#open()
      return task()
    })
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }

  async #readThrough(id: string): Promise<Account | undefined> {
    const account = await this.#secrets.readAccount(id)
    if (account) this.#remember(account)
    // A record that is just missing or damaged is an accident, and memory is the better copy.
    else if (await this.#secrets.isRemoved(id)) this.#forget(id)
    return this.#find(id)
  }

  #find(id: string): Account | undefined {
    return this.#accounts.find((account) => account.id === id)
  }

  #ids(): readonly string[] {
    return this.#accounts.map(({id}) => id)
  }

  #remember(account: Account): void {
    this.#accounts = this.#find(account.id)
      ? this.#accounts.map((other) => (other.id === account.id ? account : other))
      : [...this.#accounts, account]
  }

  #forget(id: string): void {
    this.#accounts = this.#accounts.filter((account) => account.id !== id)
  }
}
