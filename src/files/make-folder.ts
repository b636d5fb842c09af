/**
 * Making folders, also where the one above was removed while it was in use.
 *
 * @module
 */
import {mkdir, stat} from 'node:fs/promises'
import path from 'node:path'
import {hasErrorCode} from './storage-failure.ts'

/**
 * Makes a folder, and those above it. One that is there stays as it is. Node's own way tries for ever where the folder
 * above is a mount whose origin was removed, as in the container of a group that was deleted.
 *
 * @param mode Of what is made. Default 0o777, less what the process takes away.
 * @throws The error of the system.
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await makeOne(folder, mode)
  } catch (error) {
    const parent = path.dirname(folder)
    if (!hasErrorCode(error, 'ENOENT') || parent === folder) throw error
    await makeFolder(parent, mode)
    await makeOne(folder, mode)
  }
}

async function makeOne(folder: string, mode: number): Promise<void> {
  try {
    await mkdir(folder, {mode})
  } catch (error) {
    // A drive that can only be read has other words for a folder that is there.
    if (hasErrorCode(error, 'ENOENT') || !(await isFolder(folder))) throw error
  }
}

async function isFolder(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isDirectory()
  } catch {
    return false
  }
}
