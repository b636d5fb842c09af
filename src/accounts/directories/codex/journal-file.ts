/**
 * The journal of a refresh, as a file.
 *
 *     {"version":1,"refreshTokenHash":"…","askedAtMs":…}     written before the refresh token is sent
 *     {"receivedAtMs":…,"answer":"…"}                        written over the room behind it, when the answer comes
 *
 * @module
 */
import {ftruncateSync, writeSync} from 'node:fs'
import {open, rename, rm, type FileHandle} from 'node:fs/promises'
import path from 'node:path'
import {readText} from '../../../files/read-file.ts'
import {toStorageError} from '../../../files/storage-failure.ts'
import {syncFolder} from '../../../files/write-file.ts'
import {parseJson, toJsonObject, toNumber, toText} from '../../../base/json-object.ts'
import {withoutUndefined} from '../../../base/without-undefined.ts'
import {toTokenHash} from '../../tokens/token-hash.ts'
import type {RefreshJournal} from '../../refresh-journal.ts'

const VERSION = 1

/** Room for an answer, in bytes: tokens have some 10,000. */
const ROOM = 65_536

/** What a journal says. */
export interface JournalEntry {
  /** See `toTokenHash`. */
  readonly refreshTokenHash: string
  /** Milliseconds since the Unix epoch, as is `receivedAtMs`. */
  readonly askedAtMs: number
  /** The text of the answer; absent while it is not known whether there was one. */
  readonly answer?: string
  readonly receivedAtMs?: number
}

/** Options of {@link JournalFile}. */
export interface JournalFileOptions {
  /** Files that storing the answer needs. They are made before it is asked for. Default none. */
  readonly needed?: readonly string[]
  /** Makes an answer unreadable for others. Default: it is written as it is, for this user only. */
  readonly seal?: (answer: string) => string
}

/**
 * Reads a journal; `undefined` when there is none, or none that can be understood.
 *
 * @throws {StorageError} It is there and cannot be read.
 */
export async function readJournal(file: string): Promise<JournalEntry | undefined> {
  const [head, ...rest] = ((await readText(file)) ?? '').split('\n')
  const {version, ...fields} = toJsonObject(parseJson(head))
  const refreshTokenHash = toText(fields['refreshTokenHash'])
  const askedAtMs = toNumber(fields['askedAtMs'])
  if (version !== VERSION || refreshTokenHash === undefined || askedAtMs === undefined)
    return undefined
  // Of an answer that was being written when the process was killed, nothing can be read.
  const received = toJsonObject(parseJson(rest.join('\n')))
  const answer = toText(received['answer'])
  const receivedAtMs = toNumber(received['receivedAtMs'])
  return withoutUndefined({refreshTokenHash, askedAtMs, answer, receivedAtMs})
}

/** A journal in a file, which is there only while something is not settled. */
export class JournalFile implements RefreshJournal {
  readonly #file: string
  readonly #options: JournalFileOptions
  #open: {readonly handle: FileHandle; readonly position: number} | undefined

  constructor(file: string, options: JournalFileOptions = {}) {
    this.#file = file
    this.#options = options
  }

  async lastAsked(refreshToken: string): Promise<number | undefined> {
    const entry = await readJournal(this.#file)
    return entry?.refreshTokenHash === toTokenHash(refreshToken) ? entry.askedAtMs : undefined
  }

  async begin(refreshToken: string, nowMs: number): Promise<void> {
    const {needed = []} = this.#options
    const refreshTokenHash = toTokenHash(refreshToken)
    const head = `${JSON.stringify({version: VERSION, refreshTokenHash, askedAtMs: nowMs})}\n`
    // The one before stays until there is room for this one.
    const newFile = `${this.#file}.new`
    await this.#close()
    try {
      for (const file of needed) {
        await (await open(file, 'a', 0o600)).close()
      }
      await rm(newFile, {force: true})
      const handle = await open(newFile, 'wx', 0o600)
      this.#open = {handle, position: Buffer.byteLength(head)}
      // Written, since room that is only promised is none on a full disk.
      await handle.writeFile(head + ' '.repeat(ROOM))
      // Once for practice: the answer has to be written at once.
      writeLine(handle.fd, {receivedAtMs: nowMs, answer: ''}, this.#open.position)
      await handle.sync()
      await rename(newFile, this.#file)
      await syncFolder(path.dirname(this.#file))
    } catch (error) {
      await this.#close()
      await rm(newFile, {force: true}).catch(() => undefined)
      throw toStorageError(this.#file, error)
    }
  }

  async keep(answer: string, nowMs: number): Promise<void> {
    if (!this.#open) return
    const {seal = (text) => text} = this.#options
    const {handle, position} = this.#open
    try {
      // Not in the background: whoever kills the process now is too late.
      const length = writeLine(handle.fd, {receivedAtMs: nowMs, answer: seal(answer)}, position)
      await handle.sync()
      // What is left of the room is room for the file that the answer goes to.
      ftruncateSync(handle.fd, position + length)
    } catch {
      // The answer is in memory, and is stored from there.
    }
  }

  async end(isSettled: boolean): Promise<void> {
    await this.#close()
    if (isSettled) await rm(this.#file, {force: true}).catch(() => undefined)
  }

  async #close(): Promise<void> {
    await this.#open?.handle.close().catch(() => undefined)
    this.#open = undefined
  }
}

/** @returns How many bytes it has. */
function writeLine(fd: number, line: object, position: number): number {
  const bytes = Buffer.from(JSON.stringify(line))
  writeSync(fd, bytes, 0, bytes.length, position)
  return bytes.length
}
