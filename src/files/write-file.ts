/**
 * Writing a file so that it is never seen half-written, and never lost.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {open, readdir, readlink, realpath, rename, rm} from 'node:fs/promises'
import {platform as currentPlatform} from 'node:os'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {hasErrorCode, toStorageError} from './storage-failure.ts'

/** How {@link writeFile} gives the file its name. */
export interface WriteFileOptions {
  /** Default: the one this runs on. */
  readonly platform?: NodeJS.Platform
  /** Gives the finished file its name. Default: that of `node:fs/promises`. */
  readonly rename?: (from: string, to: string) => Promise<void>
}

/** Only for this user. */
const PRIVATE_MODE = 0o600

/** How often Windows is asked, and how long after the first time, in milliseconds. */
const RENAME_ATTEMPTS = 7
const RENAME_DELAY_MS = 10

/**
 * Replaces the content of `file`. Whoever reads it meanwhile sees the old content or the new one, and so
 * does everybody after a crash. Whatever the mode was, it is `0600` from the first byte on. Where `file` is
 * a symbolic link, the file it points to is replaced and the link stays.
 *
 * The caller holds the lock of the file: what a killed writer left beside it is removed.
 *
 * @throws {StorageError} It could not be written; the old content is still there.
 */
export async function writeFile(
  file: string,
  content: string | Uint8Array,
  options: WriteFileOptions = {},
): Promise<void> {
  try {
    const target = await followLink(file)
    await removeLeftovers(target)
    const temporaryFile = toTemporaryFile(target)
    try {
      await writeThrough(temporaryFile, content)
      await replace(temporaryFile, target, options)
    } catch (error) {
      await rm(temporaryFile, {force: true})
      throw error
    }
    await syncFolder(path.dirname(target))
  } catch (error) {
    throw toStorageError(file, error)
  }
}

/** The file behind a link, whether it is there or not. */
async function followLink(file: string): Promise<string> {
  try {
    return await realpath(file)
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT')) throw error
  }
  try {
    return path.resolve(path.dirname(file), await readlink(file))
  } catch (error) {
    if (hasErrorCode(error, 'EINVAL', 'ENOENT', 'UNKNOWN')) return file
    throw error
  }
}

/** Named so that nobody else's file is taken for one of ours: the official CLI's are `.auth-…`. */
function toTemporaryFile(file: string): string {
  return path.join(
    path.dirname(file),
    `${toTemporaryPrefix(file)}${randomBytes(6).toString('hex')}`,
  )
}

function toTemporaryPrefix(file: string): string {
  return `.${path.basename(file)}.openai-codex-auth-`
}

/** Removes what a killed writer left beside a file, or beside the one that it links to. Never rejects. */
export async function removeUnfinished(file: string): Promise<void> {
  try {
    await removeLeftovers(await followLink(file))
  } catch {
    // There is no such folder, or nobody may look into it: nobody has written there.
  }
}

async function removeLeftovers(file: string): Promise<void> {
  const folder = path.dirname(file)
  const prefix = toTemporaryPrefix(file)
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix))
  await Promise.all(names.map((name) => rm(path.join(folder, name), {force: true})))
}

async function writeThrough(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', PRIVATE_MODE)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Windows refuses while anybody, a virus scanner for example, has the old file open. */
async function replace(from: string, to: string, options: WriteFileOptions): Promise<void> {
  const {platform = currentPlatform(), rename: move = rename} = options
  const attempts = platform === 'win32' ? RENAME_ATTEMPTS : 1
  for (let attempt = 1; ; attempt += 1) {
    try {
      await move(from, to)
      return
    } catch (error) {
      if (attempt >= attempts || !hasErrorCode(error, 'EPERM', 'EBUSY', 'EACCES')) throw error
    }
    await delay(RENAME_DELAY_MS * 2 ** (attempt - 1))
  }
}

/** Makes the names of new files last, where a folder can be opened. Never rejects. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Windows, some network file systems: the content is safe already, and the name will be soon.
  }
}
