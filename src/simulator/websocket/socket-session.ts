/**
 * One WebSocket of the Responses path: a request in each message, one at a time, and the events of its answer.
 *
 * @module
 */
import type {WebSocket} from 'ws'
import * as z from 'zod'
import {handleRequest} from '../handle-request.ts'
import {parseJson} from '../parse-json.ts'
import {CutError} from '../responses/event-stream.ts'
import type {Simulation, WebSocketLimits} from '../state/simulation.ts'
import {toErrorMessage} from './error-message.ts'
import {readMessages} from './read-messages.ts'
import {messageSchema, toMessageRequest, type SocketMessage} from './message-request.ts'

/** Said by older clients, and not answered. */
const IGNORED_TYPES = new Set(['response.append', 'response.processed'])

const endSchema = z.looseObject({
  type: z.string(),
  item: z.unknown().optional(),
  response: z.looseObject({id: z.string().optional()}).optional(),
})

/** What a session needs to know. */
export interface SessionFacts {
  /** The one that opened it. */
  readonly request: Request
  readonly simulation: Simulation
  readonly limits: WebSocketLimits
  /** Counts from 1. */
  readonly id: number
}

/** What was said until the end of the last answer. */
interface Said {
  readonly id: string | undefined
  readonly items: readonly unknown[]
}

/** One WebSocket. */
export class SocketSession {
  readonly #socket: WebSocket
  readonly #facts: SessionFacts
  readonly #openedAtMs: number
  readonly #closed = new AbortController()
  #said: Said = {id: undefined, items: []}
  #isBusy = false

  constructor(socket: WebSocket, facts: SessionFacts) {
    this.#socket = socket
    this.#facts = facts
    this.#openedAtMs = facts.simulation.now()
  }

  /** Answers from now on. */
  listen(): void {
    const socket = this.#socket
    socket.on('close', () => this.#closed.abort())
    // Too large a message, for example; the library closes the connection with its code.
    socket.on('error', () => undefined)
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) socket.close(1003, 'Messages are text')
      else void this.#take(data)
    })
  }

  async #take(data: Buffer): Promise<void> {
    const parsed = messageSchema.safeParse(parseJson(data))
    if (!parsed.success) return this.#refuse('Invalid JSON message', 'invalid_request')
    const message = parsed.data
    if (IGNORED_TYPES.has(message.type)) return
    if (message.type !== 'response.create') {
      this.#refuse(`Unknown message type: ${message.type}`, 'invalid_request')
    } else if (this.#isBusy) {
      this.#refuse('A response is already in progress on this connection', 'response_in_progress')
    } else {
      this.#isBusy = true
      await this.#create(message, data.byteLength)
      this.#isBusy = false
    }
  }

  async #create(message: SocketMessage, bytes: number): Promise<void> {
    const {limits, simulation} = this.#facts
    if (simulation.now() - this.#openedAtMs > limits.maxAgeMs) {
      const reason =
        'Responses websocket connection limit reached (60 minutes). Create a new websocket connection to continue.'
      this.#refuse(reason, 'websocket_connection_limit_reached')
      this.#socket.close(1000)
      return
    }
    const previous = message.previous_response_id ?? undefined
    if (previous !== undefined && previous !== this.#said.id) {
      this.#refuse(
        `Previous response with id '${previous}' not found.`,
        'previous_response_not_found',
      )
      return
    }
    const before = previous === undefined ? [] : this.#said.items
    // What went wrong cannot be gone on from.
    this.#said = {id: undefined, items: []}
    const items = [...before, ...message.input]
    const {request, id} = this.#facts
    try {
      const signal = this.#closed.signal
      const asked = toMessageRequest(message, {opener: request, items, bytes, id, signal})
      const response = await handleRequest(asked, simulation)
      if (response.ok) await this.#tell(response, items)
      else this.#send(JSON.stringify(await toErrorMessage(response)))
    } catch (error) {
      const code = error instanceof CutError ? error.closeCode : undefined
      if (code === undefined) this.#socket.terminate()
      else this.#socket.close(code)
    }
  }

  async #tell(response: Response, items: unknown[]): Promise<void> {
    const turnState = response.headers.get('x-codex-turn-state')
    const headers = {'x-codex-turn-state': turnState}
    if (turnState !== null) this.#send(JSON.stringify({type: 'response.metadata', headers}))
    for await (const {name, data} of readMessages(response)) {
      const isItem = name === 'response.output_item.done'
      const isEnd = name === 'response.completed'
      const event =
        isItem || isEnd ? endSchema.safeParse(parseJson(Buffer.from(data))).data : undefined
      if (isItem && event) items.push(event.item)
      if (isEnd) {
        this.#said = {id: event?.response?.id, items}
        // The next request may come as soon as this is read.
        this.#isBusy = false
      }
      this.#send(data, name === 'binary')
    }
  }

  #refuse(message: string, code: string): void {
    const error = {type: 'invalid_request_error', code, message, param: null}
    this.#send(JSON.stringify({type: 'error', status: 400, error}))
  }

  #send(data: string, isBinary = false): void {
    this.#socket.send(data, {binary: isBinary})
  }
}
