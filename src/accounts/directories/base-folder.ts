/**
 * The folder of account folders, as programs that use its accounts see it: each account is a CODEX_HOME that the
 * official CLI can use as it is.
 *
 *     <base>/registry.json          names and their order
 *     <base>/account_status.json    what happened with each account lately
 *     <base>/<name>/auth.json       the CLI's own file
 *     <base>/<name>/config.toml     the CLI's settings for this account
 *
 * Who reads never waits and never sees half a file; who writes takes a lock. Fields that other versions and
 * programs have put into the files stay.
 *
 * @module
 */
import path from 'node:path'
import {ConfigurationError} from '../../errors.ts'
import {createPrivateFolder} from '../../files/private-folder.ts'
import type {Clock} from '../../base/clock.ts'
import type {Log} from '../../base/log.ts'
import type {Account} from '../account.ts'
import {findAccountFolders, findEntries, isLink, removeFolder} from './account-folder.ts'
import {chooseAccountName, parseAccountName} from './account-name.ts'
import type {AccountStatus, AccountStatusChange} from './account-status.ts'
import {endServers} from './codex/background-servers.ts'
import {BaseFile} from './base-file.ts'
import {
  holds,
  readLogin,
  recoverLogin,
  renewLogin,
  writeConfig,
  type ChangeHomeOptions,
} from './codex/codex-home.ts'
import {createDamageListener, type DamageListener} from './damaged-file.ts'
import {
  addName,
  EMPTY_REGISTRY,
  parseRegistry,
  rebuildRegistry,
  removeName,
  toRegistryText,
  type Registry,
} from './registry.ts'
import {StatusFile} from './status-file.ts'

/** Options of {@link BaseFolder}. */
export interface BaseFolderOptions {
  /** The folder of the folders. It is made when something is written to it. */
  readonly base: string
  readonly now: Clock
  readonly log: Log
  readonly onDamage?: DamageListener
}

/** The folder of an account. */
export interface AccountFolder {
  readonly name: string
  /** The CODEX_HOME. */
  readonly home: string
  readonly isDefault: boolean
}

/** The accounts of one base folder. Nothing is read or written before it is asked to. */
export class BaseFolder {
  /** The folder of the folders. */
  readonly base: string
  /** What happened with each account lately. */
  readonly statuses: StatusFile
  protected readonly registry: BaseFile<Registry>
  /** How logins are written here. */
  readonly writeOptions: ChangeHomeOptions

  constructor({base, now, log, onDamage}: BaseFolderOptions) {
    const writeOptions = {now, onDamage: createDamageListener(log, onDamage)}
    this.base = base
    this.writeOptions = writeOptions
    this.registry = new BaseFile(path.join(base, 'registry.json'), {
      ...writeOptions,
      parse: parseRegistry,
      empty: EMPTY_REGISTRY,
      repair: async (text) => rebuildRegistry(text, await findAccountFolders(base)),
      toText: toRegistryText,
    })
    this.statuses = new StatusFile(base, {
      ...writeOptions,
      isRegistered: async (name) => (await this.registry.read()).names.includes(name),
    })
  }

  /** The file with the names. */
  get registryFile(): string {
    return this.registry.file
  }

  /**
   * The folders, in the order they were registered.
   *
   * @throws {StorageError} The registry is there and cannot be read.
   */
  async folders(): Promise<readonly AccountFolder[]> {
    const {names, defaultName} = await this.registry.read()
    const folders = names.map((name) => ({
      name,
      home: this.toHome(name),
      isDefault: name === defaultName,
    }))
    // Whoever goes on with one of them, the CLI for example, knows no journal.
    await Promise.all(folders.map(({home}) => recoverLogin(home, this.writeOptions)))
    return folders
  }

  /**
   * Puts a login into the folder that has that account already, else into a new one with a name made from
   * the email.
   *
   * @returns The folder.
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  async addLogin(login: Account): Promise<string> {
    let name = ''
    await this.registry.change(async (registry) => {
      const same = await this.#findSame(registry, login)
      name = same ?? (await this.#createFor(registry, login))
      await this.renew(name, login)
      return addName(registry, name)
    })
    return this.toHome(name)
  }

  /**
   * Removes an account with its tokens, and ends what the CLI left running in its folder. Of a link, only the
   * link is removed. When it was the default, the
   * first of the others becomes the default.
   *
   * @throws {ConfigurationError} There is no such account.
   * @throws {StorageError} It could not be removed.
   */
  async remove(
    text: string,
    {keepFiles = false}: {readonly keepFiles?: boolean} = {},
  ): Promise<void> {
    const name = parseAccountName(text)
    await this.registry.change(async (registry) => {
      const rest = removeName(registry, assertRegistered(registry, name))
      // While it is registered, a removal that fails can be tried again.
      if (!keepFiles) await this.#removeHome(name)
      return rest
    })
    await this.statuses.remove(name)
  }

  /**
   * Changes what is known about an account. Nothing happens when it is not registered (any more).
   *
   * @param change Makes the change from what is stored at that moment.
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  changeStatus(
    name: string,
    change: (status: AccountStatus) => AccountStatusChange,
  ): Promise<void> {
    return this.statuses.change(name, change)
  }

  protected async renew(name: string, login: Account): Promise<void> {
    await renewLogin(this.toHome(name), login, this.writeOptions)
    await this.statuses.clearRefusal(name)
  }

  async #removeHome(name: string): Promise<void> {
    const home = this.toHome(name)
    // What a link leads to is used elsewhere.
    if (!(await isLink(home))) await endServers(home)
    await removeFolder(home)
  }

  async #findSame({names}: Registry, {id}: Account): Promise<string | undefined> {
    const logins = await Promise.all(names.map((name) => readLogin(this.toHome(name))))
    return names[logins.findIndex((login) => holds(login, id))]
  }

  async #createFor({names}: Registry, {email}: Account): Promise<string> {
    // A folder that is not registered may hold what somebody wanted to keep.
    const name = chooseAccountName(email, [...names, ...(await findEntries(this.base))])
    await this.createFolder(name)
    return name
  }

  protected async createFolder(name: string): Promise<void> {
    const home = this.toHome(name)
    if (await isLink(home)) return
    await createPrivateFolder(home)
    await writeConfig(home)
  }

  protected toHome(name: string): string {
    return path.join(this.base, name)
  }
}

/**
 * The name, if there is an account that has it.
 *
 * @throws {ConfigurationError} There is none.
 */
export function assertRegistered({names}: Registry, text: string): string {
  const name = parseAccountName(text)
  if (!names.includes(name)) {
    throw new ConfigurationError(`Account not found: ${name}`, {advice: ['list_accounts']})
  }
  return name
}
