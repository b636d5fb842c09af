/**
 * The client keys of the gateway, in a file that only this user can read, and that several processes change.
 *
 * @module
 */
import path from 'node:path'
import {BaseFile} from '../../accounts/directories/base-file.ts'
import type {DamageListener} from '../../accounts/directories/damaged-file.ts'
import type {Clock} from '../../base/clock.ts'
import {readVersion} from '../../files/read-file.ts'
import {createKey, parseKeys, toKeysText, type ClientKey, type KeyWish} from './client-key.ts'

/** Its name, in the folder of the accounts. */
export const KEY_FILE = 'gateway.keys.json'

/** Options of {@link KeyFile}. */
export interface KeyFileOptions {
  /** The folder of the accounts. */
  readonly base: string
  readonly now: Clock
  readonly onDamage: DamageListener
}

/** The client keys of a folder of accounts. Nothing is read or written before it is asked to. */
export class KeyFile {
  readonly #file: BaseFile<readonly ClientKey[]>
  readonly #now: Clock

  constructor({base, now, onDamage}: KeyFileOptions) {
    this.#now = now
    this.#file = new BaseFile<readonly ClientKey[]>(path.join(base, KEY_FILE), {
      now,
      onDamage,
      parse: parseKeys,
      empty: [],
      repair: async () => [],
      toText: toKeysText,
    })
  }

  /** @throws {StorageError} The file is there and cannot be read. */
  list(): Promise<readonly ClientKey[]> {
    return this.#file.read()
  }

  /** Another text for every content that the file has had; `absent` when there is none. */
  version(): Promise<string> {
    return readVersion(this.#file.file)
  }

  /**
   * Adds a key.
   *
   * @returns The key, which is not kept, and what is kept of it.
   * @throws {StorageError} It could not be written; there is no such key then.
   */
  async add(wish: KeyWish): Promise<{readonly key: string; readonly record: ClientKey}> {
    const made = createKey(wish, this.#now())
    await this.#file.change((keys) => [...keys, made.record])
    return made
  }

  /**
   * Removes the keys with these ids.
   *
   * @returns Those that were there.
   * @throws {StorageError} It could not be written; they are still there.
   */
  async remove(ids: readonly string[]): Promise<readonly ClientKey[]> {
    const removed: ClientKey[] = []
    await this.#file.change((keys) => {
      removed.push(...keys.filter(({id}) => ids.includes(id)))
      return keys.filter(({id}) => !ids.includes(id))
    })
    return removed
  }

  /**
   * Keeps when keys were last used. One that was removed meanwhile stays removed.
   *
   * @throws {StorageError} It could not be written.
   */
  async noteUse(usedAtMs: ReadonlyMap<string, number>): Promise<void> {
    await this.#file.change((keys) =>
      keys.map((key) => {
        const lastUsedAtMs = Math.max(usedAtMs.get(key.id) ?? 0, key.lastUsedAtMs ?? 0)
        return lastUsedAtMs === 0 ? key : {...key, lastUsedAtMs}
      }),
    )
  }
}
