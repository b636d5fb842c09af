/**
 * The answer to one message, as the body of an answer by HTTP.
 *
 * @module
 */
import type {ByteReader} from '../../../http/send.ts'
import type {BackendSocket} from './backend-socket.ts'

type Part = Awaited<ReturnType<ByteReader['read']>>

/** So much may wait to be read, in bytes, before the backend is asked to wait. */
const MAX_WAITING_BYTES = 1_000_000

const TYPE = /"type": ?"([\w.]+)"/

/** Bytes of a message that its type is looked for in. */
const BEGINNING_BYTES = 160

const BEFORE = Buffer.from('data: ')
const BEHIND = Buffer.from('\n\n')
const LINE_FEED = 0x0a

/** Behind these, nothing comes. */
const ENDS: ReadonlySet<string> = new Set([
  'error',
  'response.completed',
  'response.failed',
  'response.incomplete',
])

/** What comes beside an answer, also in front of a refusal: `response.metadata`, `codex.rate_limits`, for example. */
const ASIDE = /^(?:codex\.|responsesapi\.|response\.metadata$)/

/** Told of what the connection has to know. */
export interface AnswerListener {
  /** A message that somebody wants to see, whole. */
  onEvent(type: string, data: Buffer): void
  /** The answer is over. The connection is of use only if it ended well. */
  onEnd(isWell: boolean): void
}

/** One answer. Its first event is waited for before anybody reads. */
export class SocketAnswer implements ByteReader {
  readonly #socket: BackendSocket
  readonly #listener: AnswerListener
  readonly #first: Promise<Buffer>
  #startReading = (_first: Buffer): void => {}
  #fail = (_reason: Error): void => {}
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #isOver = false
  #failure: Error | undefined
  #read: {resolve: (part: Part) => void; reject: (reason: Error) => void} | undefined
  #hasFirst = false

  constructor(socket: BackendSocket, listener: AnswerListener) {
    this.#socket = socket
    this.#listener = listener
    this.#first = new Promise((resolve, reject) => {
      this.#startReading = resolve
      this.#fail = reject
    })
    this.#first.catch(() => {})
  }

  /** The first event that is part of the answer, or refuses it. Rejects when the connection ends before. */
  first(): Promise<Buffer> {
    return this.#first
  }

  /** A message has come. */
  take(bytes: Uint8Array, isBinary: boolean): void {
    if (this.#isOver) return
    if (isBinary) return this.break(new Error('The backend sent a message that is no text'))
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const [, type = ''] = TYPE.exec(data.toString('latin1', 0, BEGINNING_BYTES)) ?? []
    this.#listener.onEvent(type, data)
    if (!this.#hasFirst && !ASIDE.test(type)) {
      this.#hasFirst = true
      this.#startReading(data)
    }
    this.#hand(toEvent(data))
    if (ENDS.has(type)) this.#end(type !== 'error' && type !== 'response.failed')
  }

  /** The connection is of no more use. */
  break(reason: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = reason
    this.#fail(reason)
    this.#read?.reject(reason)
    this.#read = undefined
    this.#listener.onEnd(false)
  }

  read(): Promise<Part> {
    const value = this.#waiting.shift()
    if (value) {
      this.#count(-value.length)
      return Promise.resolve({done: false, value})
    }
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#isOver) return Promise.resolve({done: true, value: undefined})
    return new Promise((resolve, reject) => {
      this.#read = {resolve, reject}
    })
  }

  /** Whoever asked wants no more. What the backend still says would be taken for the next answer. */
  async cancel(): Promise<void> {
    this.#waiting = []
    if (!this.#isOver) this.#end(false)
  }

  #hand(value: Buffer): void {
    const read = this.#read
    this.#read = undefined
    if (read) return read.resolve({done: false, value})
    this.#waiting.push(value)
    this.#count(value.length)
  }

  #count(bytes: number): void {
    const before = this.#waitingBytes
    this.#waitingBytes += bytes
    if (before <= MAX_WAITING_BYTES && this.#waitingBytes > MAX_WAITING_BYTES) {
      this.#socket.flow(false)
    } else if (before > MAX_WAITING_BYTES && this.#waitingBytes <= MAX_WAITING_BYTES) {
      this.#socket.flow(true)
    }
  }

  #end(isWell: boolean): void {
    this.#isOver = true
    this.#read?.resolve({done: true, value: undefined})
    this.#read = undefined
    this.#listener.onEnd(isWell)
  }
}

/** In JSON, a line feed is a space: in a text it would be escaped. */
function toEvent(data: Buffer): Buffer {
  if (data.includes(LINE_FEED)) {
    const line = Buffer.from(data.toString('latin1').replaceAll(/[\r\n]/g, ' '), 'latin1')
    return Buffer.concat([BEFORE, line, BEHIND])
  }
  return Buffer.concat([BEFORE, data, BEHIND])
}
