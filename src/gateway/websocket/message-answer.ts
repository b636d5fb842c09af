/**
 * One request in a message, from its head to the last event of its answer.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {parseJson, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import {toErrorName, type CodexError} from '../../errors.ts'
import type {Answer} from '../../responses/answer/answer.ts'
import {toErrorResponse} from '../../responses/refusal/error-response.ts'
import {toClientRefusal, toClientStatus} from '../answers/client-status.ts'
import {refuse} from '../answers/refuse.ts'
import type {EventStream} from '../exchange/event-stream.ts'
import type {Exchange, GatewayClient, RequestHead} from '../exchange/exchange.ts'
import {WatchedExchange} from '../exchange/watched-exchange.ts'
import {joinItems} from './create-message.ts'
import {toErrorMessage} from './error-message.ts'
import {MessageSplitter, type EventMessage} from './message-splitter.ts'
import type {SocketDoorOptions} from './socket-door-options.ts'

/** What nginx calls a request whose client left before there was an answer. */
const CLIENT_LEFT = 499

/** An answer broke off behind its first word. The client asks again on a new connection, without a word to its user. */
const BROKEN_OFF = 503

/** Where messages go. */
export interface MessageTarget {
  send(data: Buffer | string): void
  /** Resolves when there is room for more, or the client is gone. */
  room(): Promise<void> | undefined
}

/** What is asked. */
export interface AskedMessage {
  readonly head: RequestHead
  readonly client: GatewayClient
  /** A request by HTTP, with all that was said. */
  readonly body: Buffer
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
}

/** What became of it, when it was answered to its end. */
export interface AnsweredMessage {
  /** Of the response. */
  readonly id: string
  /** The items of its output, as JSON without brackets. */
  readonly items: string
}

/** One request in a message. */
export class MessageAnswer {
  readonly #asked: AskedMessage
  readonly #target: MessageTarget
  readonly #options: SocketDoorOptions
  readonly #exchange: Exchange
  #items = ''
  #watched: WatchedExchange | undefined
  #id: string | undefined

  constructor(asked: AskedMessage, target: MessageTarget, options: SocketDoorOptions) {
    const {head, client, signal} = asked
    this.#asked = asked
    this.#target = target
    this.#options = options
    const id = randomUUID().slice(-12)
    this.#exchange = {id, head, client, startedAtMs: options.now(), signal, facts: {}}
  }

  /** Answers. Never rejects; `undefined` when the client cannot go on from the answer. */
  async run(): Promise<AnsweredMessage | undefined> {
    const {signal} = this.#asked
    const refusal = await this.#check()
    if (refusal) {
      await this.#refuse(refusal)
      return undefined
    }
    this.#watched = new WatchedExchange(this.#exchange, this.#options)
    try {
      const status = await this.#answer()
      this.#watched?.end(status, false)
    } catch (error) {
      if (signal.aborted) this.#watched?.end(CLIENT_LEFT, true)
      else await this.#giveUp(error)
    }
    return this.#id === undefined ? undefined : {id: this.#id, items: this.#items}
  }

  /** A key may have been revoked, or have had its share, since the connection was opened. */
  async #check(): Promise<Response | undefined> {
    const {client, head} = this.#asked
    if (client.id === 'operator') return undefined
    const check = await this.#options.checkClient?.(head)
    return check?.kind === 'refused' ? toClientRefusal(check, head) : undefined
  }

  async #answer(): Promise<number> {
    const {body, head} = this.#asked
    const answered = await this.#options.answer(this.#exchange, body)
    if (!(answered instanceof Response)) return this.#stream(answered)
    const type = answered.headers.get('content-type') ?? ''
    if (answered.ok && answered.body && type.startsWith('text/event-stream')) {
      return this.#relay(answered.body)
    }
    const response = toClientStatus(answered, head)
    await this.#refuse(response)
    return response.status
  }

  async #stream({answer, describe}: EventStream): Promise<number> {
    const {signal} = this.#asked
    const splitter = new MessageSplitter()
    const progress: {isOver: boolean; failure?: CodexError} = {isOver: false}
    const sink = {
      write: (events: Uint8Array) => this.#tell(splitter.push(events)),
      end: () => void (progress.isOver = true),
      fail(error: CodexError) {
        progress.isOver = true
        progress.failure = error
      },
    }
    const leave = () => void answer.cancel(signal.reason).catch(() => undefined)
    signal.addEventListener('abort', leave)
    if (signal.aborted) leave()
    try {
      await this.#pull(answer, sink, progress)
    } catch (error) {
      leave()
      throw error
    } finally {
      signal.removeEventListener('abort', leave)
    }
    const {failure} = progress
    if (!failure) return 200
    this.#id = undefined
    const {headers, body} = toErrorResponse(failure, describe)
    await this.#refuse(new Response(body, {headers, status: BROKEN_OFF}))
    return 200
  }

  async #pull(
    answer: Answer,
    sink: Parameters<Answer['pull']>[0],
    progress: {readonly isOver: boolean},
  ): Promise<void> {
    while (!progress.isOver) {
      await answer.pull(sink)
      this.#asked.signal.throwIfAborted()
      await this.#target.room()
      this.#asked.signal.throwIfAborted()
    }
  }

  /** An answer of somebody else, who was asked in place of the accounts. */
  async #relay(body: ReadableStream<Uint8Array>): Promise<number> {
    const splitter = new MessageSplitter()
    for await (const part of body as AsyncIterable<Uint8Array>) {
      this.#tell(splitter.push(part))
      await this.#target.room()
      this.#asked.signal.throwIfAborted()
    }
    return 200
  }

  #tell(messages: readonly EventMessage[]): void {
    for (const {type, data} of messages) {
      if (type === 'response.output_item.done') this.#addItem(data)
      if (type === 'response.completed') this.#id = readResponseId(data)
      this.#send(data)
    }
  }

  #addItem(data: Buffer): void {
    const {item} = toJsonObject(parseJson(data.toString()))
    if (item !== undefined) this.#items = joinItems(this.#items, JSON.stringify(item))
  }

  async #refuse(response: Response): Promise<void> {
    const message: JsonObject = await toErrorMessage(response, this.#asked.head)
    this.#send(JSON.stringify(message))
  }

  #send(data: Buffer | string): void {
    if (this.#asked.signal.aborted) return
    this.#watched?.countBytes(data.length)
    this.#target.send(data)
  }

  async #giveUp(error: unknown): Promise<void> {
    this.#id = undefined
    this.#options.log.error('A request could not be answered', {name: toErrorName(error)})
    const message = 'The gateway could not answer. `cao gateway logs` says more.'
    await this.#refuse(refuse({status: 500, code: 'gateway_error', message}))
    this.#watched?.end(500, true)
  }
}

function readResponseId(data: Buffer): string | undefined {
  const {response} = toJsonObject(parseJson(data.toString()))
  return toText(toJsonObject(response)['id'])
}
