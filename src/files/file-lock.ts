/**
 * A lock between processes that ends with its holder.
 *
 * A lock file that has to be deleted stays for ever when its owner is killed. This lock belongs to an
 * open file, which the kernel closes when the process ends, however it ends. The lock file itself is
 * never deleted: whoever did so would lock another file than those who still wait for the old one.
 *
 * @module
 * @see {@link https://man7.org/linux/man-pages/man2/flock.2.html}
 */
import {spawn} from 'node:child_process'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {constants} from 'node:fs'
import {open as openFile, realpath} from 'node:fs/promises'
import {createServer} from 'node:net'
import {platform as currentPlatform} from 'node:os'
import path from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {StorageError} from '../errors.ts'
import {lateWritesBelow} from './late-writes.ts'
import {hasErrorCode, toStorageError} from './storage-failure.ts'
import {withinTime} from './within-time.ts'

/** How {@link withFileLock} waits, and on what. */
export interface FileLockOptions {
  /** How long to wait for the others, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
  /** Ends the wait. A task that has begun goes on. */
  readonly signal?: AbortSignal
  /** Where what the lock protects is written. Default: the folder of the lock file. */
  readonly folder?: string
  /** Nobody else chose the place of the file: opening it has no time limit. Default no. */
  readonly isOurs?: boolean
  /** Default: the one this runs on. */
  readonly platform?: NodeJS.Platform
  /** The program that locks a descriptor. Default `flock`, of util-linux or of BusyBox. */
  readonly flockProgram?: string
  /** Opens the lock file. Default: that of `node:fs/promises`. */
  readonly open?: (file: string, flags: number, mode: number) => Promise<OpenFile>
}

/** An open lock file. */
export interface OpenFile {
  readonly fd: number
  close(): Promise<void>
}

/** Frees the lock. */
type Free = () => Promise<void>

type Attempt = Required<Pick<FileLockOptions, 'flockProgram' | 'open' | 'platform'>> & {
  readonly signal: AbortSignal
}

const DEFAULT_TIMEOUT_MS = 30_000

/** How long the system may take to open or close a lock file, in milliseconds: a drive that is gone never does. */
const SYSTEM_TIMEOUT_MS = 2000

/** How often to look where one cannot queue, in milliseconds. */
const LOOK_EVERY_MS = 20

const READ_OR_CREATE = constants.O_RDWR | constants.O_CREAT

/** macOS: `O_EXLOCK | O_NONBLOCK`, of which Node names only the second. */
const MACOS_EXCLUSIVE = 0x20 | 0x4

/** Windows: libuv's `UV_FS_O_EXLOCK`, which opens a file with the sharing mode 0. */
const WINDOWS_EXCLUSIVE = 0x10_00_00_00

/**
 * Runs `task` while nobody else, in this process or another, holds the lock of `file`.
 *
 * - Linux and macOS: `flock(2)` on `file`, the kind of lock that the official CLI takes. Node has no
 *   call for it on Linux, so the `flock` program locks the descriptor that it inherits; it stays
 *   locked after the program ends. Without that program an abstract socket stands in on Linux, which only
 *   this product's processes respect.
 * - Windows: a file beside `file` with a name of our own, because the CLI has to open its own.
 *
 * The lock is kept for as long as something may still come of a write that the task has given up, which nobody waits
 * for: what is written later over something newer would be lost.
 *
 * Run and tested on Linux only. The lines for macOS and Windows are written after `open(2)` and libuv's
 * documentation, and were not run there.
 *
 * @throws {StorageError} The lock was not free in time, or the file cannot be opened.
 * @throws The signal's reason, when it is aborted before the task begins.
 */
export async function withFileLock<Result>(
  file: string,
  task: () => Promise<Result>,
  options: FileLockOptions = {},
): Promise<Result> {
  const free = await takeLock(file, options)
  try {
    return await task()
  } finally {
    const late = lateWritesBelow(options.folder ?? path.dirname(file))
    if (late) void late.then(free).catch(() => undefined)
    else await free()
  }
}

async function takeLock(file: string, options: FileLockOptions): Promise<Free> {
  const {timeoutMs = DEFAULT_TIMEOUT_MS, signal} = options
  signal?.throwIfAborted()
  const wait = new AbortController()
  const stop = () => wait.abort()
  const timer = setTimeout(stop, timeoutMs)
  signal?.addEventListener('abort', stop)
  try {
    return await attempt(file, toAttempt(options, {signal: wait.signal, timeoutMs}))
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof StorageError || !wait.signal.aborted) throw toStorageError(file, error)
    throw new StorageError(
      `${file} is held by another program, and was not free within ${timeoutMs / 1000} s. Nothing was changed. Wait until that program is done or end it, then try again.`,
      {cause: error, isHeld: true},
    )
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
  }
}

function toAttempt(
  {flockProgram = 'flock', isOurs = false, open = openFile, platform}: FileLockOptions,
  {signal, timeoutMs}: {readonly signal: AbortSignal; readonly timeoutMs: number},
): Attempt {
  return {
    flockProgram,
    open: isOurs ? open : withinLimit(open, Math.min(timeoutMs, SYSTEM_TIMEOUT_MS)),
    platform: platform ?? currentPlatform(),
    signal,
  }
}

/** Opens in time or not at all: what is opened later is closed again. */
function withinLimit(open: Attempt['open'], timeoutMs: number): Attempt['open'] {
  return async (file, ...how) => {
    let isGivenUp = false
    const openOrClose = async () => {
      const handle = await open(file, ...how)
      if (isGivenUp) await handle.close()
      return {fd: handle.fd, close: () => closeInTime(file, handle, timeoutMs)}
    }
    try {
      return await withinTime(file, openOrClose, timeoutMs)
    } catch (error) {
      isGivenUp = true
      throw error
    }
  }
}

/**
 * Closes in time, or lets whoever waits go on. What was done under the lock is done; the kernel frees the lock with the
 * answer, or at the end of the process.
 */
async function closeInTime(file: string, handle: OpenFile, timeoutMs: number): Promise<void> {
  const close = () => handle.close()
  // Where it was not yet this one's turn to wait for the system, it is closed all the same: twice is as good as once.
  await withinTime(file, close, timeoutMs).catch(() => void close().catch(() => undefined))
}

function attempt(file: string, options: Attempt): Promise<Free> {
  if (options.platform === 'win32') {
    const ownFile = `${file}.openai-codex-auth`
    return poll(options, () => openUnlessBusy(ownFile, WINDOWS_EXCLUSIVE, options))
  }
  if (options.platform === 'darwin') {
    return poll(options, () => openUnlessBusy(file, MACOS_EXCLUSIVE, options))
  }
  return runFlock(file, options)
}

/** Makes attempts until one has the lock. */
async function poll({signal}: Attempt, tryToTake: () => Promise<Free | undefined>): Promise<Free> {
  for (;;) {
    const free = await tryToTake()
    if (free) return free
    await delay(LOOK_EVERY_MS, undefined, {signal})
  }
}

/** Opens and locks in one step. */
async function openUnlessBusy(
  file: string,
  exclusive: number,
  {open}: Attempt,
): Promise<Free | undefined> {
  try {
    const handle = await open(file, READ_OR_CREATE | exclusive, 0o600)
    return () => handle.close()
  } catch (error) {
    if (hasErrorCode(error, 'EAGAIN', 'EBUSY')) return undefined
    throw error
  }
}

/** Locks through the `flock` program. No `-w`, which BusyBox does not have: the signal ends the wait. */
async function runFlock(file: string, options: Attempt): Promise<Free> {
  const {flockProgram, open, signal} = options
  const handle = await open(file, READ_OR_CREATE, 0o600)
  try {
    const child = spawn(flockProgram, ['-x', '3'], {
      // A working directory that is gone would look like a program that is missing.
      cwd: '/',
      stdio: ['ignore', 'ignore', 'ignore', handle.fd],
      signal,
      killSignal: 'SIGKILL',
    })
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('exit', resolve).once('error', reject)
    })
    if (code !== 0) throw new Error(`flock ended with ${code}`)
    return () => handle.close()
  } catch (error) {
    await handle.close()
    // It is not there, or cannot be run; a folder of the PATH that is closed to this user looks the same.
    if (!hasErrorCode(error, 'ENOENT', 'EACCES', 'EPERM')) throw error
    const name = await toSocketName(file)
    return poll(options, () => listenUnlessBusy(name))
  }
}

/** An address without a file: two names of one file have the same. */
async function toSocketName(file: string): Promise<string> {
  const hash = createHash('sha256').update(await withinTime(file, () => realpath(file)))
  return `\0openai-codex-auth-${hash.digest('hex').slice(0, 32)}`
}

async function listenUnlessBusy(name: string): Promise<Free | undefined> {
  const server = createServer((socket) => socket.destroy())
  try {
    await once(server.listen(name), 'listening')
  } catch (error) {
    if (hasErrorCode(error, 'EADDRINUSE')) return undefined
    throw error
  }
  return async () => {
    server.close()
    await once(server, 'close')
  }
}
