/**
 * Folders for this user only.
 *
 * @module
 */
import {chmod, stat} from 'node:fs/promises'
import {toStorageError} from './storage-failure.ts'
import {makeFolder} from './make-folder.ts'

/** What other users may do. */
const OTHERS = 0o077

/**
 * Makes sure that there is a folder, and that other users cannot open it. What this user may do in it stays
 * as it is.
 *
 * @throws {StorageError} It cannot be made.
 */
export async function createPrivateFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder, 0o700)
  } catch (error) {
    throw toStorageError(folder, error)
  }
  try {
    const {mode} = await stat(folder)
    if ((mode & OTHERS) !== 0) await chmod(folder, mode & 0o777 & ~OTHERS)
  } catch {
    // A file system without modes, or a folder of somebody else: no reason not to work.
  }
}
