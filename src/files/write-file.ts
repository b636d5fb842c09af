/**
 * Writing a file so that it is never seen half-written, and never lost.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import {open, readdir, readlink, realpath, rename, rm, type FileHandle} from 'node:fs/promises'
import {platform as currentPlatform} from 'node:os'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {StorageError} from '../errors.ts'
import {hasLateWrite, noteLateWrite} from './late-writes.ts'
import {hasErrorCode, toStorageError} from './storage-failure.ts'
import {countDown} from './within-time.ts'

/** How {@link writeFile} writes, and for how long. */
export interface WriteFileOptions {
  /** How long the system may take, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number
  /** Default: the one this runs on. */
  readonly platform?: NodeJS.Platform
  /** Gives the finished file its name. Default: that of `node:fs/promises`. */
  readonly rename?: (from: string, to: string) => Promise<void>
  /** Opens what is written. Default: that of `node:fs/promises`. */
  readonly open?: (file: string, flags: string, mode?: number) => Promise<FileHandle>
}

/** One write, which may be given up. */
interface Attempt extends WriteFileOptions {
  readonly state: {isGivenUp: boolean; hasName: boolean}
}

/** Only for this user. */
const PRIVATE_MODE = 0o600

/** A busy disk needs seconds to keep something for good; whoever waits for the lock waits for 30 s. */
const TIMEOUT_MS = 10_000

/** How often Windows is asked, and how long after the first time, in milliseconds. */
const RENAME_ATTEMPTS = 7
const RENAME_DELAY_MS = 10

/**
 * Replaces the content of `file`. Whoever reads it meanwhile sees the old content or the new one, and so
 * does everybody after a crash. Whatever the mode was, it is `0600` from the first byte on. Where `file` is
 * a symbolic link, the file it points to is replaced and the link stays.
 *
 * The caller holds the lock of the file: what a killed writer left beside it is removed. A write that is given up goes
 * no further when the system answers at last, but what the system was asked for last may still be done, which can be
 * the new name. Until it has answered, the file is not written again, and its lock is kept (see `withFileLock`).
 *
 * @throws {StorageError} It could not be written, or not in time; the old content is still there.
 */
export async function writeFile(
  file: string,
  content: string | Uint8Array,
  options: WriteFileOptions = {},
): Promise<void> {
  if (hasLateWrite(file)) throw toLateError(file)
  const state = {isGivenUp: false, hasName: false}
  const writing = write(file, content, {...options, state})
  await new Promise<void>((resolve, reject) => {
    const stop = countDown(options.timeoutMs ?? TIMEOUT_MS, () => {
      // What has its name is written: only the folder takes its time.
      if (state.hasName) return resolve()
      state.isGivenUp = true
      noteLateWrite(
        file,
        writing.catch(() => undefined),
      )
      reject(toLateError(file))
    })
    void writing.then(resolve, reject).finally(stop)
  })
}

async function write(file: string, content: string | Uint8Array, attempt: Attempt): Promise<void> {
  try {
    const target = await followLink(file)
    checkTime(file, attempt)
    await removeLeftovers(target)
    checkTime(file, attempt)
    const temporaryFile = toTemporaryFile(target)
    try {
      await writeThrough(temporaryFile, content, attempt)
      await replace(temporaryFile, {file, target}, attempt)
    } catch (error) {
      await rm(temporaryFile, {force: true})
      throw error
    }
    attempt.state.hasName = true
    await syncFolder(path.dirname(target), attempt)
  } catch (error) {
    throw toStorageError(file, error)
  }
}

function checkTime(file: string, {state}: Attempt): void {
  if (state.isGivenUp) throw toLateError(file)
}

function toLateError(file: string): StorageError {
  return new StorageError(
    `${file} could not be written in time: the system does not answer. Check the drive or the network that it is on, then try again.`,
  )
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

async function writeThrough(
  file: string,
  content: string | Uint8Array,
  {open: openNew = open}: Attempt,
): Promise<void> {
  const handle = await openNew(file, 'wx', PRIVATE_MODE)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Windows refuses while anybody, a virus scanner for example, has the old file open. */
async function replace(
  from: string,
  {file, target}: {readonly file: string; readonly target: string},
  attempt: Attempt,
): Promise<void> {
  const {platform = currentPlatform(), rename: move = rename} = attempt
  const tries = platform === 'win32' ? RENAME_ATTEMPTS : 1
  for (let tried = 1; ; tried += 1) {
    checkTime(file, attempt)
    try {
      await move(from, target)
      return
    } catch (error) {
      if (tried >= tries || !hasErrorCode(error, 'EPERM', 'EBUSY', 'EACCES')) throw error
    }
    await delay(RENAME_DELAY_MS * 2 ** (tried - 1))
  }
}

/** Makes the names of new files last, where a folder can be opened. Never rejects. */
export async function syncFolder(
  folder: string,
  {open: openFolder = open}: Pick<WriteFileOptions, 'open'> = {},
): Promise<void> {
  try {
    const handle = await openFolder(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Windows, some network file systems: the content is safe already, and the name will be soon.
  }
}
