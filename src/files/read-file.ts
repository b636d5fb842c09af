/**
 * Reading files that others can put there: each may be missing, huge, no file at all, or on a drive that is gone.
 *
 * @module
 */
import {constants} from 'node:fs'
import {open, stat, type FileHandle} from 'node:fs/promises'
import {StorageError} from '../errors.ts'
import {hasErrorCode, toStorageError} from './storage-failure.ts'
import {withinTime} from './within-time.ts'

/** How a file is read. */
export interface ReadFileOptions {
  /** The most that is read, in bytes. Default 1 MB: the largest login seen has 20 kB. */
  readonly maxBytes?: number
  /** Reads only the end of a file that is larger than `maxBytes`. Default: such a file is an error. */
  readonly onlyEnd?: boolean
  /** Nobody else writes there: the file waits for no other one, and has no time limit. Default no. */
  readonly isOurs?: boolean
}

const MAX_BYTES = 1024 * 1024

/** The least that is asked for at once, in bytes. */
const CHUNK_BYTES = 16 * 1024

/** Opening a pipe or a terminal waits for nobody. Windows has neither flag. */
const READ_WITHOUT_WAITING =
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

/**
 * The text of a file; `undefined` when there is no such file. A byte order mark is left out.
 *
 * @throws {StorageError} It is there and cannot be read: no regular file, too large, or without an answer.
 */
export async function readText(
  file: string,
  options?: ReadFileOptions,
): Promise<string | undefined> {
  return (await readBytes(file, options))?.toString().replace(/^\uFEFF/, '')
}

/**
 * The bytes of a file; `undefined` when there is no such file.
 *
 * @throws {StorageError} It is there and cannot be read: no regular file, too large, or without an answer.
 */
export async function readBytes(
  file: string,
  options: ReadFileOptions = {},
): Promise<Buffer | undefined> {
  try {
    const call = () => read(file, options)
    return await (options.isOurs === true ? call() : withinTime(file, call))
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw toStorageError(file, error)
  }
}

/** Changes with the file: another text for every content it has had. Never rejects. */
export async function readVersion(file: string): Promise<string> {
  try {
    const {ino, size, mtimeMs, ctimeMs} = await withinTime(file, () => stat(file))
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch (error) {
    return hasErrorCode(error, 'ENOENT', 'ENOTDIR') ? 'absent' : 'unreadable'
  }
}

async function read(file: string, options: ReadFileOptions): Promise<Buffer> {
  // Opening some devices does something, so they are not opened at all.
  if (!(await stat(file)).isFile()) throw toKindError(file)
  const handle = await open(file, READ_WITHOUT_WAITING)
  try {
    const found = await handle.stat()
    // Somebody may have put something else there in between.
    if (!found.isFile()) throw toKindError(file)
    return await readRegular(handle, {file, size: found.size, ...options})
  } finally {
    await handle.close()
  }
}

async function readRegular(
  handle: FileHandle,
  options: ReadFileOptions & {readonly file: string; readonly size: number},
): Promise<Buffer> {
  const {file, maxBytes = MAX_BYTES, onlyEnd = false, size} = options
  if (size > maxBytes && !onlyEnd) throw toSizeError(file, maxBytes)
  const start = Math.max(0, size - maxBytes)
  const chunks: Buffer[] = []
  let length = 0
  // Some files are larger than they say, and some grow while they are read.
  while (length <= maxBytes) {
    const rest = Math.max(size - start - length, CHUNK_BYTES)
    const room = Buffer.alloc(Math.min(maxBytes - length, rest) + 1)
    const {bytesRead} = await handle.read(room, 0, room.length, start + length)
    if (bytesRead === 0) return Buffer.concat(chunks)
    chunks.push(room.subarray(0, bytesRead))
    length += bytesRead
  }
  if (onlyEnd) return Buffer.concat(chunks)
  throw toSizeError(file, maxBytes)
}

function toKindError(file: string): StorageError {
  return toRefusal(`${file} is not a regular file`)
}

function toSizeError(file: string, maxBytes: number): StorageError {
  return toRefusal(`${file} is larger than ${Math.round(maxBytes / 1024 / 1024)} MB`)
}

function toRefusal(reason: string): StorageError {
  return new StorageError(
    `${reason}, so it was not read. Nothing was changed. Remove it, then try again.`,
  )
}
