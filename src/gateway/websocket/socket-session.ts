/**
 * One WebSocket of a client: a request in each message, one at a time.
 *
 * @module
 */
import type {Socket} from 'node:net'
import type {WebSocket} from 'ws'
import {isJsonObject, parseJson, toText, type JsonObject} from '../../base/json-object.ts'
import type {GatewayClient, RequestHead} from '../exchange/exchange.ts'
import {untilDrained} from '../server/until-drained.ts'
import {
  joinItems,
  readCreateMessage,
  toMessageHead,
  toRequestBody,
  type CreateMessage,
} from './create-message.ts'
import {refuseMessage, toUnknownPrevious} from './error-message.ts'
import type {Histories} from './histories.ts'
import {MessageAnswer} from './message-answer.ts'
import type {SocketDoorOptions} from './socket-door-options.ts'
import {createWarmUp} from './warm-up.ts'

/** How long a client may take to take leave, in milliseconds. */
const LEAVE_MS = 1000

/** Nothing is sent for so long, in milliseconds, before a sign of life is. The official client waits for five minutes. */
const KEEP_ALIVE_MS = 12_000

const KEEP_ALIVE = JSON.stringify({type: 'codex.keepalive'})

/** Said by older clients, and not answered. */
const IGNORED_TYPES: ReadonlySet<string> = new Set(['response.append', 'response.processed'])

/** The close codes that are used here. */
const CLOSE = {unsupported: 1003, restart: 1012} as const

/** Who is connected, and how. */
export interface SessionPlace {
  readonly head: RequestHead
  readonly client: GatewayClient
  /** Below the WebSocket. */
  readonly connection: Socket
  readonly histories: Histories
}

/** One WebSocket. */
export class SocketSession {
  readonly #socket: WebSocket
  readonly #place: SessionPlace
  readonly #options: SocketDoorOptions
  readonly #gone = new AbortController()
  #isBusy = false
  #isLeaving = false
  #isSilent = true
  /** What is asked next. */
  #next: JsonObject | undefined

  constructor(socket: WebSocket, place: SessionPlace, options: SocketDoorOptions) {
    this.#socket = socket
    this.#place = place
    this.#options = options
  }

  /** Whether a request is being answered. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  /** Answers from now on. */
  listen(onClose: () => void): void {
    const socket = this.#socket
    socket.on('close', () => {
      this.#gone.abort()
      this.#place.histories.take(this)
      onClose()
    })
    // A message that is too large, for example: the library closes the connection with the code for it.
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) socket.close(CLOSE.unsupported, 'Messages are text')
      else void this.#take(data)
    })
  }

  /** Takes leave, once what is under way is answered. A client asks elsewhere, or again, without a word to its user. */
  leave(): void {
    this.#isLeaving = true
    if (this.#isBusy) return
    this.#socket.close(CLOSE.restart, 'The gateway stops')
    setTimeout(() => this.#socket.terminate(), LEAVE_MS).unref()
  }

  /** Drops the connection, and what is under way. */
  cut(): void {
    this.#socket.terminate()
  }

  async #take(data: Buffer): Promise<void> {
    const message = parseJson(data.toString())
    if (!isJsonObject(message)) {
      return this.#refuse('invalid_request', 'A message must be a JSON object')
    }
    const type = toText(message['type']) ?? ''
    if (IGNORED_TYPES.has(type)) return
    if (type !== 'response.create') {
      this.#refuse('invalid_request', 'A message must be of the type response.create')
    } else if (this.#isBusy) {
      // A client may have read the end of an answer before we know that it is sent.
      if (!this.#next) this.#next = message
      else
        this.#refuse('response_in_progress', 'Another response is in progress on this connection')
    } else if (!this.#isLeaving) {
      await this.#createAll(message)
    }
  }

  async #createAll(first: JsonObject): Promise<void> {
    for (let message: JsonObject | undefined = first; message; message = this.#takeNext()) {
      await this.#create(message)
    }
    if (this.#isLeaving) this.leave()
  }

  #takeNext(): JsonObject | undefined {
    const next = this.#next
    this.#next = undefined
    return this.#isLeaving ? undefined : next
  }

  async #create(message: JsonObject): Promise<void> {
    const create = readCreateMessage(message)
    const {fields, isWarmUp, previousId} = create
    const said = this.#place.histories.take(this)
    if (previousId !== undefined && previousId !== said?.id) {
      return this.#send(JSON.stringify(toUnknownPrevious(previousId)))
    }
    const items = joinItems(previousId === undefined ? '' : (said?.items ?? ''), create.items)
    if (isWarmUp) return this.#warmUp(fields, items)
    this.#isBusy = true
    const signs = setInterval(() => this.#giveSign(), this.#options.keepAliveMs ?? KEEP_ALIVE_MS)
    const answered = await this.#answer(message, create, items)
    clearInterval(signs)
    this.#isBusy = false
    if (answered) this.#keep(answered.id, joinItems(items, answered.items))
  }

  #answer(message: JsonObject, {fields}: CreateMessage, items: string) {
    const {client, connection, head} = this.#place
    const signal = this.#gone.signal
    const asked = {
      head: toMessageHead(head, message),
      client,
      body: toRequestBody(fields, items),
      signal,
    }
    const target = {
      send: (data: Buffer | string) => this.#send(data),
      room: () => (connection.writableNeedDrain ? untilDrained(connection) : undefined),
    }
    return new MessageAnswer(asked, target, this.#options).run()
  }

  /** Nothing has to be asked for it: by HTTP there is nothing to warm up. */
  #warmUp(fields: JsonObject, items: string): void {
    const {id, events} = createWarmUp(fields, this.#options.now())
    this.#keep(id, items)
    for (const event of events) this.#send(JSON.stringify(event))
  }

  #keep(id: string, items: string): void {
    if (!this.#gone.signal.aborted) this.#place.histories.keep(this, {id, items})
  }

  #giveSign(): void {
    if (this.#isSilent) this.#socket.send(KEEP_ALIVE)
    this.#isSilent = true
  }

  #refuse(code: string, message: string): void {
    this.#send(JSON.stringify(refuseMessage({status: 400, code, message})))
  }

  #send(data: Buffer | string): void {
    this.#isSilent = false
    this.#socket.send(data, {binary: false})
  }
}
