/**
 * Appending to the history, beside the requests and never in their way.
 *
 * @module
 */
import {open, rm, type FileHandle} from 'node:fs/promises'
import path from 'node:path'
import type {Clock} from '../../base/clock.ts'
import {createPrivateFolder} from '../../files/private-folder.ts'
import {findNextPart, toDay} from './part-files.ts'

/** A line, without its end, and what it says. */
export interface WrittenLine<Note> {
  readonly text: string
  /** Given back once the line is in the file. */
  readonly note?: Note
}

/** How {@link PartWriter} writes. */
export interface PartWriterOptions<Note> {
  readonly folder: string
  readonly now: Clock
  /** How large a part grows before the next one begins, in bytes. */
  readonly maxPartBytes: number
  /** Nothing is written before this resolves. Must not reject. */
  readonly ready: Promise<void>
  /** Gives the first lines of a part. */
  readonly onBegin: () => readonly string[]
  /** Told of the lines that are in the part now. */
  readonly onWritten: (notes: readonly Note[]) => void
  /** Called once a part is complete. May reject. */
  readonly onClose: (file: string) => Promise<void>
  /** Told of the first failure, and again after what was written in between. Must not throw. */
  readonly onFailure: (error: unknown) => void
}

/** How long lines are gathered, in milliseconds: as much is lost when the process is killed. */
const GATHER_MS = 200

/** The most that waits for a disk that does not answer, in characters. */
const MAX_WAITING = 2_000_000

/** How long to leave a disk alone that has failed, in milliseconds. */
const PAUSE_MS = 30_000

/** Writes lines to one part after another. What cannot be written is let go of: it is a history, and not a ledger. */
export class PartWriter<Note> {
  readonly #options: PartWriterOptions<Note>
  #lines: WrittenLine<Note>[] = []
  #waiting = 0
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void>
  #part: {readonly file: string; readonly handle: FileHandle; bytes: number} | undefined
  #isClosed = false
  #pausedUntilMs = 0
  #hasFailed = false

  constructor(options: PartWriterOptions<Note>) {
    this.#options = options
    this.#writing = options.ready
  }

  /** Takes one line; after the end, none: it would open a part that nobody closes. */
  append(line: WrittenLine<Note>): void {
    if (this.#isClosed || this.#waiting > MAX_WAITING) return
    this.#lines.push(line)
    this.#waiting += line.text.length
    this.#timer ??= setTimeout(() => void this.flush(), GATHER_MS).unref()
  }

  /** Resolves once everything that was taken is written, or cannot be. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.then(() => this.#write())
    return this.#writing
  }

  /** Writes what waits, and completes the part. Never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.flush()
    await this.#closePart().catch(this.#fail)
  }

  async #write(): Promise<void> {
    const lines = this.#lines
    this.#lines = []
    this.#waiting = 0
    if (lines.length === 0 || this.#options.now() < this.#pausedUntilMs) return
    try {
      const part = await this.#openPart()
      const first = part.bytes === 0 ? this.#options.onBegin() : []
      const bytes = Buffer.from(`${[...first, ...lines.map(({text}) => text)].join('\n')}\n`)
      await part.handle.appendFile(bytes)
      part.bytes += bytes.length
      this.#options.onWritten(lines.flatMap(({note}) => note ?? []))
      this.#hasFailed = false
    } catch (error) {
      this.#pausedUntilMs = this.#options.now() + PAUSE_MS
      this.#fail(error)
      // The next part begins on a line of its own, whatever was written of this one.
      await this.#closePart().catch(nothing)
    }
  }

  async #openPart() {
    const {folder, maxPartBytes, now} = this.#options
    const part = this.#part
    const isOver = part && (part.bytes >= maxPartBytes || !isOfDay(part.file, now()))
    if (part && !isOver) return part
    await this.#closePart()
    await createPrivateFolder(folder)
    const file = await findNextPart(folder, now())
    const begun = {file, handle: await open(file, 'ax', 0o600), bytes: 0}
    this.#part = begun
    return begun
  }

  async #closePart(): Promise<void> {
    const part = this.#part
    if (!part) return
    this.#part = undefined
    await part.handle.close()
    if (part.bytes === 0) await rm(part.file, {force: true})
    else await this.#options.onClose(part.file)
  }

  readonly #fail = (error: unknown): void => {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.#options.onFailure(error)
  }
}

function isOfDay(file: string, nowMs: number): boolean {
  return path.basename(file).startsWith(toDay(nowMs))
}

function nothing(): void {}
