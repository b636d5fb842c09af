/**
 * What a plugin keeps in the host, between activations and restarts.
 *
 * @module
 */
import {setImmediate} from 'node:timers/promises'
import type {SecretStorage, Storage} from 'alma-plugin-api'

/** Everything of one plugin that outlives it. Values are JSON text, as in the host's files. */
export interface HostState {
  readonly local: Map<string, string>
  readonly workspace: Map<string, string>
  readonly secrets: Map<string, string>
  readonly settings: Map<string, string>
}

/** The state of a plugin that was never started. */
export function createHostState(): HostState {
  return {local: new Map(), workspace: new Map(), secrets: new Map(), settings: new Map()}
}

/** `storage.local` and `storage.workspace`: JSON values, and never an answer in the same tick. */
export function createStorage(values: Map<string, string>): Storage {
  return {
    async get(key: string, defaultValue?: unknown) {
      await setImmediate()
      const text = values.get(key)
      return text === undefined ? defaultValue : JSON.parse(text)
    },
    async set(key, value) {
      await setImmediate()
      values.set(key, JSON.stringify(value) ?? 'null')
    },
    async delete(key) {
      await setImmediate()
      values.delete(key)
    },
    async keys() {
      await setImmediate()
      return [...values.keys()]
    },
    async clear() {
      await setImmediate()
      values.clear()
    },
  }
}

/** `storage.secrets`: strings only, no list, and never an answer in the same tick. */
export function createSecretStorage(values: Map<string, string>): SecretStorage {
  return {
    async get(key) {
      await setImmediate()
      return values.get(key)
    },
    async set(key, value) {
      await setImmediate()
      if (typeof value !== 'string') throw new TypeError(`The secret ${key} is not a string.`)
      values.set(key, value)
    },
    async delete(key) {
      await setImmediate()
      values.delete(key)
    },
  }
}
