/**
 * A plain storage in a folder of files, for a face without a host. One process at a time may use the folder.
 *
 * @module
 */
import {rm} from 'node:fs/promises'
import path from 'node:path'
import {parseJson} from '../base/json-object.ts'
import {createPrivateFolder} from '../files/private-folder.ts'
import {readText} from '../files/read-file.ts'
import {writeFile} from '../files/write-file.ts'
import type {KeyValueStorage} from './key-value-storage.ts'

/** The most that is read of one value, in bytes. */
const MAX_BYTES = 64_000_000

/** Creates it. The folder is made with the first value. */
export function createFileStorage(folder: string): KeyValueStorage {
  const toFile = (key: string) => path.join(folder, `${encodeURIComponent(key)}.json`)
  const last = new Map<string, Promise<void>>()
  /** Two writes of one value at once would take each other's temporary file away. */
  const inTurn = (key: string, task: () => Promise<void>): Promise<void> => {
    const turn = (last.get(key) ?? Promise.resolve()).then(task)
    last.set(
      key,
      turn.catch(() => undefined),
    )
    return turn
  }
  return {
    async get<Value>(key: string) {
      const text = await readText(toFile(key), {maxBytes: MAX_BYTES, isOurs: true})
      // What was stored is not known; whoever reads it checks it.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return parseJson(text ?? '') as Value | undefined
    },
    set: (key, value) =>
      inTurn(key, async () => {
        await createPrivateFolder(folder)
        await writeFile(toFile(key), JSON.stringify(value))
      }),
    delete: (key) => inTurn(key, () => rm(toFile(key), {force: true})),
  }
}
