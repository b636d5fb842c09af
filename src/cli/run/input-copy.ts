/**
 * Standard input that can be read more than once.
 *
 * @module
 */
import {once, EventEmitter} from 'node:events'
import {mkdtemp, open, rm, type FileHandle} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import type {Readable, Writable} from 'node:stream'

/** How much is read at once, in bytes. */
const CHUNK = 64 * 1024

/** Keeps what comes in a file of this user alone, so that it can be of any length. */
export class InputCopy {
  readonly #input: Readable
  readonly #handle: FileHandle
  readonly #folder: string
  readonly #news = new EventEmitter().setMaxListeners(0)
  #length = 0
  #hasEnded = false
  #start = ''

  /** Starts to read. */
  static async create(input: Readable): Promise<InputCopy> {
    const folder = await mkdtemp(path.join(tmpdir(), 'cao-'))
    return new InputCopy(input, folder, await open(path.join(folder, 'input'), 'wx+', 0o600))
  }

  private constructor(input: Readable, folder: string, handle: FileHandle) {
    this.#input = input
    this.#folder = folder
    this.#handle = handle
    void this.#read()
  }

  /** What came first; the CLI repeats it when it is a prompt. */
  get start(): string {
    return this.#start
  }

  /** Writes all of it, and its end, to `output`, as far as that wants it. */
  async copyTo(output: Writable): Promise<void> {
    const closed = new AbortController()
    output.on('error', () => closed.abort()).on('close', () => closed.abort())
    const {signal} = closed
    try {
      for (let position = 0; !signal.aborted;) {
        const bytes = await this.#next(position, signal)
        if (!bytes) return void output.end()
        position += bytes.length
        if (!output.write(bytes)) await once(output, 'drain', {signal})
      }
    } catch (error) {
      // Whoever reads no further has what it needs.
      if (!signal.aborted) throw error
    }
    return undefined
  }

  /** Stops reading, and takes the file away. */
  async close(): Promise<void> {
    this.#input.destroy()
    await this.#handle.close()
    await rm(this.#folder, {recursive: true, force: true})
  }

  /** What follows; `undefined` at the end. */
  async #next(position: number, signal: AbortSignal): Promise<Buffer | undefined> {
    while (position >= this.#length) {
      if (this.#hasEnded) return undefined
      await once(this.#news, 'more', {signal})
    }
    const {bytesRead, buffer} = await this.#handle.read(Buffer.alloc(CHUNK), 0, CHUNK, position)
    return buffer.subarray(0, bytesRead)
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#input as AsyncIterable<Buffer>) {
        const bytes = Buffer.from(chunk)
        await this.#handle.write(bytes, 0, bytes.length, this.#length)
        this.#length += bytes.length
        if (this.#start.length < CHUNK) this.#start += bytes.toString()
        this.#news.emit('more')
      }
    } catch {
      // It broke off, or was closed: what came is what there is.
    }
    this.#hasEnded = true
    this.#news.emit('more')
  }
}
