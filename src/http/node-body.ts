/**
 * The body of an answer on a socket of Node, read as the body of a `Response` is.
 *
 * @module
 */
import type {Readable} from 'node:stream'
import type {ByteBody, ByteReader} from './send.ts'

type Part = Awaited<ReturnType<ByteReader['read']>>

/** What waits for its reader before the socket is left alone, in bytes. */
const MAX_WAITING_BYTES = 16_384

const END: Part = {done: true, value: undefined}

/** One body, and its only reader. */
export class NodeBody implements ByteBody, ByteReader {
  readonly #stream: Readable
  /** Parts that nobody has asked for yet. */
  readonly #parts: Uint8Array[] = []
  #waitingBytes = 0
  #reader:
    | {readonly resolve: (part: Part) => void; readonly reject: (error: Error) => void}
    | undefined
  #error: Error | undefined
  #isOver = false

  constructor(stream: Readable) {
    this.#stream = stream
    stream.on('data', (part: Uint8Array) => this.#take(part))
    stream.on('end', () => this.#end())
    stream.on('error', (error) => this.#fail(error))
    // A stream that is destroyed without a reason says no more than this.
    stream.on('close', () => this.#fail(new Error('The connection was closed')))
  }

  getReader(): ByteReader {
    return this
  }

  read(): Promise<Part> {
    const value = this.#parts.shift()
    if (value) {
      this.#waitingBytes -= value.length
      if (this.#parts.length === 0 && this.#stream.isPaused()) this.#stream.resume()
      return Promise.resolve({done: false, value})
    }
    if (this.#isOver) return this.#error ? Promise.reject(this.#error) : Promise.resolve(END)
    return new Promise((resolve, reject) => {
      this.#reader = {resolve, reject}
    })
  }

  cancel(): Promise<void> {
    this.#parts.length = 0
    this.#end()
    this.#stream.destroy()
    return Promise.resolve()
  }

  #take(value: Uint8Array): void {
    const reader = this.#reader
    if (reader) {
      this.#reader = undefined
      reader.resolve({done: false, value})
      return
    }
    this.#parts.push(value)
    this.#waitingBytes += value.length
    if (this.#waitingBytes >= MAX_WAITING_BYTES) this.#stream.pause()
  }

  #end(): void {
    this.#isOver = true
    this.#reader?.resolve(END)
    this.#reader = undefined
  }

  #fail(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#error = error
    this.#reader?.reject(error)
    this.#reader = undefined
  }
}
