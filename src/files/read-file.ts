/**
 * Reading a file that may not be there.
 *
 * @module
 */
import {readFile, stat} from 'node:fs/promises'
import {hasErrorCode, toStorageError} from './storage-failure.ts'

/**
 * The text of a file; `undefined` when there is no such file. A byte order mark is left out.
 *
 * @throws {StorageError} It is there and cannot be read.
 */
export async function readText(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw toStorageError(file, error)
  }
}

/** Changes with the file: another text for every content it has had. Never rejects. */
export async function readVersion(file: string): Promise<string> {
  try {
    const {ino, size, mtimeMs, ctimeMs} = await stat(file)
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch (error) {
    return hasErrorCode(error, 'ENOENT', 'ENOTDIR') ? 'absent' : 'unreadable'
  }
}
