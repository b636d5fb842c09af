/**
 * The host's secret storage, whose failures are ours to explain.
 *
 * @module
 */
import type {SecretStorage} from './key-value-storage.ts'
import {StorageError} from '../errors.ts'

/**
 * The same storage, whose failures are {@link StorageError}s. An empty value counts as absent, and
 * what is absent is not deleted, since a host may take either for a mistake.
 */
export function withStorageErrors(secrets: SecretStorage): SecretStorage {
  const get = async (key: string) => {
    try {
      const value: unknown = await secrets.get(key)
      return typeof value === 'string' && value !== '' ? value : undefined
    } catch (error) {
      throw new StorageError('Your logins could not be read. Restart the app and try again.', {
        cause: error,
      })
    }
  }
  return {
    get,
    set: async (key, value) => {
      try {
        await secrets.set(key, value)
      } catch (error) {
        throw new StorageError('Your login could not be saved. Try again.', {cause: error})
      }
    },
    delete: async (key) => {
      if ((await get(key)) === undefined) return
      try {
        await secrets.delete(key)
      } catch (error) {
        throw new StorageError('A login could not be deleted. Try again.', {cause: error})
      }
    },
  }
}
