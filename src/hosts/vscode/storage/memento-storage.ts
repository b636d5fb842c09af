/**
 * The editor's plain storage.
 *
 * @module
 */
import type * as vscode from 'vscode'
import type {KeyValueStorage} from '../../../storage/key-value-storage.ts'

/** The storage behind `memento`. */
export function createMementoStorage(memento: vscode.Memento): KeyValueStorage {
  return {
    // What was stored is not known; whoever reads it checks it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    get: async <Value>(key: string) => memento.get<Value>(key) as Value,
    set: async (key, value) => memento.update(key, value),
    delete: async (key) => memento.update(key, undefined),
  }
}
