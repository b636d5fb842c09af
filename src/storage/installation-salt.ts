/**
 * A secret of this installation, so that what is derived with it is like nobody else's.
 *
 * @module
 */
import {toErrorName} from '../errors.ts'
import type {Log} from '../base/log.ts'
import {toText} from '../base/json-object.ts'
import type {KeyValueStorage} from './key-value-storage.ts'

const KEY = 'installation'

/** Where it is kept. */
export interface InstallationSaltOptions {
  readonly storage: Pick<KeyValueStorage, 'get' | 'set'>
  readonly log: Log
}

/**
 * Creates a function that gives the salt: read once, made when there is none, and saved without anybody
 * waiting for it. A storage that fails costs a warning, and another salt after the next start.
 */
export function createInstallationSalt({
  storage,
  log,
}: InstallationSaltOptions): () => Promise<string> {
  let loading: Promise<string> | undefined

  async function load(): Promise<string> {
    const made = crypto.randomUUID()
    try {
      const saved = toText(await storage.get<unknown>(KEY))
      if (saved !== undefined) return saved
      void save(made)
    } catch (error) {
      warn(error)
    }
    return made
  }

  async function save(salt: string): Promise<void> {
    try {
      await storage.set(KEY, salt)
    } catch (error) {
      warn(error)
    }
  }

  function warn(error: unknown): void {
    log.warn('Ids of conversations change with the next start', {name: toErrorName(error)})
  }

  return () => (loading ??= load())
}
