/**
 * Accounts as folders, and all that a user does with them.
 *
 * @module
 */
import path from 'node:path'
import {ConfigurationError} from '../../errors.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import {toAccount} from '../account.ts'
import {createLink, isFolder} from './account-folder.ts'
import {parseAccountName} from './account-name.ts'
import type {AccountStatus} from './account-status.ts'
import type {Login} from './codex/auth-file.ts'
import {
  assertRegistered,
  BaseFolder,
  type AccountFolder,
  type BaseFolderOptions,
} from './base-folder.ts'
import {changeHome, lockHome, readLogin} from './codex/codex-home.ts'
import {addName} from './registry.ts'

/** The folder of an account, and what is in it. */
export interface AccountDirectory extends AccountFolder {
  readonly login: Login
}

/** Creates the accounts of one base folder. Nothing is read or written yet. */
export function createAccountDirectories(options: BaseFolderOptions): AccountDirectories {
  return new AccountDirectories(options)
}

/** The accounts of one base folder. */
export class AccountDirectories extends BaseFolder {
  /**
   * The folders and what is in them. One that cannot be read does not hide the others.
   *
   * @throws {StorageError} The registry is there and cannot be read.
   */
  async list(): Promise<readonly AccountDirectory[]> {
    return Promise.all(
      (await this.folders()).map(async (folder) => ({
        ...folder,
        login: await readLogin(folder.home),
      })),
    )
  }

  /**
   * Registers an account and makes its folder; no error when either is there. The first account becomes the
   * default.
   *
   * @throws {ConfigurationError} It cannot be the name of an account.
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  async create(text: string): Promise<AccountFolder> {
    const name = parseAccountName(text)
    const {defaultName} = await this.registry.change(async (registry) => {
      await this.createFolder(name)
      return addName(registry, name)
    })
    return {name, home: this.toHome(name), isDefault: name === defaultName}
  }

  /**
   * Puts a login into the folder of an account.
   *
   * @throws {AccountIdNotFoundError} Nothing in the tokens says whose login it is.
   * @throws {ConfigurationError} There is no such account.
   * @throws {StorageError} It could not be written; the login before is kept.
   */
  async writeLogin(text: string, tokens: TokenSet): Promise<void> {
    const name = assertRegistered(await this.registry.read(), text)
    await this.renew(name, toAccount(tokens))
  }

  /**
   * Gives the login of an account the form that the official CLI reads.
   *
   * @returns Whether it has that form now.
   * @throws {StorageError} It could not be written; what was there is kept.
   */
  async repairLogin({home}: Pick<AccountFolder, 'home'>): Promise<boolean> {
    const {repairAuthFile} = await import('./codex/repair-auth-file.ts')
    const change = (text = '') => repairAuthFile(Buffer.from(text))
    const {writeOptions} = this
    return lockHome(home, () => changeHome(home, change, writeOptions), writeOptions)
  }

  /**
   * Makes an account the default, which is tried first.
   *
   * @throws {ConfigurationError} There is no such account.
   * @throws {StorageError} It could not be written.
   */
  async setDefault(text: string): Promise<void> {
    await this.registry.change((registry) => {
      const name = assertRegistered(registry, text)
      return {...registry, defaultName: name}
    })
  }

  /**
   * Registers a CODEX_HOME that is kept elsewhere, and used where it is. Nothing in it changes.
   *
   * @throws {ConfigurationError} The name is taken or none, or there is no such folder.
   * @throws {StorageError} It could not be written.
   */
  async link(text: string, home: string): Promise<void> {
    const name = parseAccountName(text)
    const target = path.resolve(home)
    if (!(await isFolder(target))) throw new ConfigurationError(`There is no folder ${target}.`)
    await this.registry.change(async (registry) => {
      await createLink(target, this.toHome(name))
      return addName(registry, name)
    })
  }

  /** What happened with an account lately. */
  async status(name: string): Promise<AccountStatus> {
    return (await this.statuses.read())(name)
  }
}
