/**
 * The storages that hosts give to their plugins.
 *
 * @module
 */

/** Plain values that JSON can hold, by key. */
export interface KeyValueStorage {
  get<Value>(key: string): Promise<Value | undefined>
  set(key: string, value: unknown): Promise<void>
  delete(key: string): Promise<void>
}

/** Texts that the host keeps secret, by key. */
export interface SecretStorage {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string): Promise<void>
  delete(key: string): Promise<void>
}
