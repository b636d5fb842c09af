/**
 * The file of what happened with the accounts, as several processes read and change it.
 *
 * @module
 */
import path from 'node:path'
import {StorageError} from '../../errors.ts'
import {readVersion} from '../../files/read-file.ts'
import type {Clock} from '../../base/clock.ts'
import {
  changeStatuses,
  EMPTY_STATUSES,
  findStatus,
  parseStatuses,
  removeStatus,
  toStatusesText,
  type AccountStatus,
  type AccountStatusChange,
  type AccountStatuses,
} from './account-status.ts'
import {BaseFile} from './base-file.ts'
import type {DamageListener} from './damaged-file.ts'

/** Options of {@link StatusFile}. */
export interface StatusFileOptions {
  readonly now: Clock
  readonly onDamage: DamageListener
  /** Whether there is (still) an account with this name. */
  readonly isRegistered: (name: string) => Promise<boolean>
}

/** `account_status.json` of a base folder. */
export class StatusFile {
  readonly file: string
  readonly #content: BaseFile<AccountStatuses>
  readonly #isRegistered: StatusFileOptions['isRegistered']
  readonly #onDamage: DamageListener

  constructor(base: string, {isRegistered, ...options}: StatusFileOptions) {
    this.file = path.join(base, 'account_status.json')
    this.#isRegistered = isRegistered
    this.#onDamage = options.onDamage
    this.#content = new BaseFile(this.file, {
      ...options,
      parse: parseStatuses,
      empty: EMPTY_STATUSES,
      repair: async () => EMPTY_STATUSES,
      toText: toStatusesText,
    })
  }

  /**
   * What happened with the accounts lately, as it is now; asked by name. Nothing is known where the file cannot
   * be read: the logins work without it.
   */
  async read(): Promise<(name: string) => AccountStatus> {
    const statuses = await this.#content.read().catch((error: unknown) => {
      if (!(error instanceof StorageError)) throw error
      this.#onDamage({file: this.file, isUnreadable: true})
      return EMPTY_STATUSES
    })
    return (name) => findStatus(statuses, name)
  }

  /**
   * Changes what is known about an account. Nothing happens when it is not registered (any more).
   *
   * @param change Makes the change from what is stored at that moment.
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  async change(
    name: string,
    change: (status: AccountStatus) => AccountStatusChange,
  ): Promise<void> {
    await this.#content.change(async (statuses) => {
      if (!(await this.#isRegistered(name))) return statuses
      return changeStatuses(statuses, name, change(findStatus(statuses, name)))
    })
  }

  /**
   * Forgets an account.
   *
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  async remove(name: string): Promise<void> {
    if ((await readVersion(this.file)) === 'absent') return
    await this.#content.change((statuses) => removeStatus(statuses, name))
  }

  /**
   * Ends what was wrong with the login of an account, after a new one.
   *
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  async clearRefusal(name: string): Promise<void> {
    const {lastError, loginRequired} = (await this.read())(name)
    if (lastError !== 'auth_failed' && !loginRequired) return
    await this.change(name, () => ({
      loginRequired: null,
      lastError: null,
      consecutiveFailures: null,
      cooldownUntilMs: null,
    }))
  }
}
