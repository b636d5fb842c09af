/**
 * The folders of accounts, as the file system has them.
 *
 * @module
 */
import {lstat, readdir, realpath, rm, stat, symlink, unlink} from 'node:fs/promises'
import path from 'node:path'
import {ConfigurationError} from '../../errors.ts'
import {hasErrorCode, toStorageError} from '../../files/storage-failure.ts'
import {withinTime} from '../../files/within-time.ts'
import {toAccountName} from './account-name.ts'

/** Everything there is in a folder; nothing when there is no such folder. */
export async function findEntries(base: string): Promise<readonly string[]> {
  try {
    return await withinTime(base, () => readdir(base))
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return []
    throw toStorageError(base, error)
  }
}

/** The names of the folders that look like those of an account. */
export async function findAccountFolders(base: string): Promise<readonly string[]> {
  const names = (await findEntries(base)).filter((entry) => toAccountName(entry) === entry)
  const isAccount = await Promise.all(
    names.map(async (name) => {
      const entries = (await isFolder(path.join(base, name)))
        ? await findEntries(path.join(base, name))
        : []
      return entries.includes('auth.json') || entries.includes('config.toml')
    }),
  )
  return names.filter((_, index) => isAccount[index])
}

/** Whether there is a folder, or a link to one. */
export async function isFolder(file: string): Promise<boolean> {
  return withinTime(file, () => stat(file)).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** Whether there is a link; on Windows, a junction as well. */
export async function isLink(file: string): Promise<boolean> {
  return withinTime(file, () => lstat(file)).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
}

/**
 * Makes a link to a folder.
 *
 * @throws {ConfigurationError} There is something else at its place.
 * @throws {StorageError} It could not be made.
 */
export async function createLink(target: string, link: string): Promise<void> {
  try {
    // A junction needs no rights on Windows; other systems do not look at the type.
    await symlink(target, link, 'junction')
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw toStorageError(link, error)
    if ((await isLink(link)) && (await isFolder(link))) {
      const [before, after] = await Promise.all([realpath(link), realpath(target)])
      if (before === after) return
    }
    throw new ConfigurationError(`There is an account called ${path.basename(link)} already.`, {
      cause: error,
    })
  }
}

/**
 * Removes a folder with all that is in it. Of a link, only the link.
 *
 * @throws {StorageError} It could not be removed.
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    if (await isLink(folder)) await unlink(folder)
    else await rm(folder, {recursive: true, force: true, maxRetries: 3})
  } catch (error) {
    throw toStorageError(folder, error)
  }
}
