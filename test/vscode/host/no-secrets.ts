/**
 * What the editor and the extension leave on the disk.
 *
 * @module
 */
import assert from 'node:assert/strict'
import {readdir, readFile} from 'node:fs/promises'
import path from 'node:path'

/** A JWT, or a refresh token or code as the simulator makes them. */
const SECRET = /eyJ[\w-]{20,}\.eyJ|\brt_[\w-]{20,}|\bac_[\w-]{20,}/

/**
 * Looks into every file, the logs that are among them too.
 *
 * @param folder The profile, the logs and the opened folder.
 * @throws {Error} One of them holds a token that can be read.
 */
export async function assertNoSecrets(folder: string): Promise<void> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile())
  const texts = await Promise.all(
    files.map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')),
  )
  const leaks = files.filter((_file, index) => SECRET.test(texts[index]!))
  assert.ok(files.some(({name}) => name === 'accounts.sealed'))
  assert.deepEqual(
    leaks.map(({name}) => name),
    [],
  )
}
