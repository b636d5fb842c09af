/**
 * Accounts in the host's secret storage: one value per account, and an index of their ids.
 *
 * Whatever cannot be read is copied before it is overwritten. Nothing is kept in memory, because
 * another instance of the plugin may write the same values.
 *
 * @module
 */
import type {AccountJournal} from './account-journal.ts'
import type {SecretStorage} from './key-value-storage.ts'
import type {Account} from '../accounts/account.ts'
import {StorageError} from '../errors.ts'
import type {Log} from '../base/log.ts'
import {
  findIdsInDamagedIndex,
  parseAccountIndex,
  parseAccountRecord,
  toAccountIndex,
  toAccountRecord,
} from './account-record.ts'
import {withStorageErrors} from './secret-storage.ts'

/** Ids in the order the accounts should be tried. */
export type AccountIds = readonly string[]

const INDEX_KEY = 'accounts'

/** How often to write the index when another instance of the plugin keeps overwriting it. */
const INDEX_ATTEMPTS = 5

/** Reads and writes accounts. Every method throws a {@link StorageError} when the storage fails. */
export class AccountSecrets {
  readonly #secrets: SecretStorage
  readonly #log: Log

  constructor(secrets: SecretStorage, log: Log) {
    this.#secrets = withStorageErrors(secrets)
    this.#log = log
  }

  /** The account as it is stored; `undefined` when it is missing or damaged. */
  async readAccount(id: string): Promise<Account | undefined> {
    const value = await this.#secrets.get(toKey(id))
    if (value === undefined) return undefined
    const account = parseOwnRecord(value, id)
    if (!account) this.#log.warn('A stored account is damaged', {account: id.slice(0, 8)})
    return account
  }

  /** Writes the account, over what is there. */
  async writeAccount(account: Account): Promise<void> {
    const key = toKey(account.id)
    await this.#keepDamaged(key, (value) => parseOwnRecord(value, account.id) !== undefined)
    await this.#secrets.set(key, toAccountRecord(account))
  }

  /** Deletes the account, and the copy of it if it was damaged. */
  async deleteAccount(id: string): Promise<void> {
    await this.#secrets.delete(toKey(id))
    await this.#secrets.delete(toCopyKey(toKey(id)))
    await this.#secrets.delete(toJournalKey(id))
  }

  /** What is known of a refresh of the account. */
  async journal(id: string): Promise<AccountJournal> {
    // Loaded when needed, which is once in ten days: `node:crypto` takes longer than the rest of the start.
    const {createSecretJournal} = await import('./secret-journal.ts')
    return createSecretJournal(this.#secrets, toJournalKey(id))
  }

  /** Whether the index says that the account is gone. A damaged or missing index says nothing. */
  async isRemoved(id: string): Promise<boolean> {
    const ids = parseAccountIndex((await this.#secrets.get(INDEX_KEY)) ?? '')
    return ids !== undefined && !ids.includes(id)
  }

  /**
   * The ids in the index. A damaged or missing one is rebuilt, from what can be made out in it and
   * from `known` ids, as far as there is something stored for them.
   */
  async readIds(known: AccountIds): Promise<AccountIds> {
    const value = await this.#secrets.get(INDEX_KEY)
    const ids = parseAccountIndex(value ?? '')
    if (ids) return [...new Set(ids)]
    if (value !== undefined) this.#log.warn('The list of accounts is damaged and is rebuilt')
    const candidates = [...new Set([...findIdsInDamagedIndex(value ?? ''), ...known])]
    const stored = await Promise.all(candidates.map((id) => this.#secrets.get(toKey(id))))
    return candidates.filter((_, position) => stored[position] !== undefined)
  }

  /** Adds an id at the end of the index, if it is not there. */
  addId(id: string, known: AccountIds): Promise<void> {
    return this.#changeIds(known, (ids) => (ids.includes(id) ? ids : [...ids, id]))
  }

  /** Takes an id out of the index. */
  removeId(id: string, known: AccountIds): Promise<void> {
    return this.#changeIds(known, (ids) => ids.filter((other) => other !== id))
  }

  /**
   * Changes the index until the change is there to stay. The storage has no lock, and another
   * instance may have read it before and written it after us.
   */
  async #changeIds(known: AccountIds, change: (ids: AccountIds) => AccountIds): Promise<void> {
    for (let attempt = 0; attempt < INDEX_ATTEMPTS; attempt += 1) {
      const before = await this.readIds(known)
      const after = change(before)
      if (after.join() === before.join()) return
      await this.#keepDamaged(INDEX_KEY, (value) => parseAccountIndex(value) !== undefined)
      await this.#secrets.set(INDEX_KEY, toAccountIndex(after))
    }
    throw new StorageError('The list of your logins could not be saved. Try again.')
  }

  async #keepDamaged(key: string, isReadable: (value: string) => boolean): Promise<void> {
    const value = await this.#secrets.get(key)
    if (value === undefined || isReadable(value)) return
    const copyKey = toCopyKey(key)
    // The first copy is the one with the most in it.
    if ((await this.#secrets.get(copyKey)) === undefined) await this.#secrets.set(copyKey, value)
  }
}

function toKey(id: string): string {
  return `account:${id}`
}

function toJournalKey(id: string): string {
  return `refresh:${id}`
}

function toCopyKey(key: string): string {
  return `${key}:damaged`
}

function parseOwnRecord(value: string, id: string): Account | undefined {
  const account = parseAccountRecord(value)
  return account?.id === id ? account : undefined
}
