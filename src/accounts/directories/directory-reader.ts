/**
 * The logins of account folders, kept in memory and read again when their files change.
 *
 * @module
 */
import path from 'node:path'
import {readVersion} from '../../files/read-file.ts'
import type {Log} from '../../base/log.ts'
import type {Account} from '../account.ts'
import type {AccountFolder, BaseFolder} from './base-folder.ts'
import {toLoginHash} from '../tokens/token-hash.ts'
import type {AccountStatus, RefusedLogin} from './account-status.ts'
import type {Login} from './codex/auth-file.ts'
import {readLogin, recoverLogin, toAuthFile} from './codex/codex-home.ts'

/** The login of one folder. */
export interface DirectoryLogin {
  /** What the folder is registered as; absent for one that is only used where it is. */
  readonly name?: string
  readonly home: string
  readonly account: Account
  /** What happened with it lately; absent where nobody writes that down. */
  readonly status?: AccountStatus
}

/** Options of {@link DirectoryReader}. */
export interface DirectoryReaderOptions {
  readonly directories: BaseFolder
  /** CODEX_HOMEs that are not registered, and used where they are. */
  readonly extraHomes: () => readonly string[]
  readonly log: Log
}

/** A value, and the version of the file that it was read from. */
interface Versioned<Value> {
  readonly version: string
  readonly value: Value
}

type Home = Pick<AccountFolder, 'home'> & Partial<AccountFolder>

/** Reads logins. */
export class DirectoryReader {
  readonly #options: DirectoryReaderOptions
  readonly #values = new Map<string, Versioned<unknown>>()

  constructor(options: DirectoryReaderOptions) {
    this.#options = options
  }

  /** The folders whose files matter. */
  async homes(): Promise<readonly Home[]> {
    const {directories, extraHomes} = this.#options
    const folders = await this.#read(directories.registryFile, () => directories.folders())
    const ordered = folders.toSorted(
      (one, other) => Number(other.isDefault) - Number(one.isDefault),
    )
    return [...ordered, ...extraHomes().map((home) => ({home: path.resolve(home)}))]
  }

  /**
   * The logins that can be used, the default first. Only what has changed is read.
   *
   * @throws {StorageError} The registry is there and cannot be read.
   */
  async logins(): Promise<readonly DirectoryLogin[]> {
    const logins = await Promise.all((await this.homes()).map((home) => this.#readLogin(home)))
    return logins.filter((login) => login !== undefined)
  }

  /** Reads everything the next time, whether it looks changed or not. */
  forget(): void {
    this.#values.clear()
  }

  async #readLogin({name, home}: Home): Promise<DirectoryLogin | undefined> {
    await recoverLogin(home, this.#options.directories.writeOptions)
    const login = await this.#read(toAuthFile(home), async () => {
      const found = await readLogin(home)
      this.#tellOf(found, name ?? path.basename(home))
      return found
    })
    if (login.kind !== 'chatgpt') return undefined
    const account = {...login.account, home}
    if (name === undefined) return {home, account}
    const status = await this.#readStatus(name)
    const {loginRequired: refused} = status
    return {name, home, account: refused ? withRefusal(account, refused) : account, status}
  }

  async #readStatus(name: string): Promise<AccountStatus> {
    const {directories} = this.#options
    const statuses = await this.#read(directories.statuses.file, () => directories.statuses.read())
    return statuses(name)
  }

  #tellOf({kind}: Login, name: string): void {
    if (kind === 'damaged' || kind === 'unreadable') {
      this.#options.log.warn(`The login of an account is ${kind} and is not used`, {account: name})
    }
  }

  async #read<Value>(file: string, read: () => Promise<Value>): Promise<Value> {
    // The version comes first: what is written in between is then read once more, and not missed.
    const version = await readVersion(file)
    const known = this.#values.get(file)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one file, one kind of value
    if (known?.version === version) return known.value as Value
    const value = await read()
    this.#values.set(file, {version, value})
    return value
  }
}

/** The account with the mark on it, if it is about the refresh token that the account has now. */
export function withRefusal(account: Account, refused: RefusedLogin): Account {
  const {refreshTokenHash, ...loginRequired} = refused
  const isAbout = refreshTokenHash === toLoginHash(account.tokens)
  return isAbout ? {...account, loginRequired} : account
}
