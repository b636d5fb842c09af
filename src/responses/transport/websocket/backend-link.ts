/**
 * One WebSocket to the backend, of one account and one conversation: one request at a time.
 *
 * @module
 */
import {parseJson, toJsonObject, toText} from '../../../base/json-object.ts'
import type {BackendSocket} from './backend-socket.ts'
import {toItemKey} from './item-keys.ts'
import {SocketAnswer} from './socket-answer.ts'
import type {SaidThere, SplitRequest} from './split-request.ts'

/** How old a connection may be when it is asked, in milliseconds: the backend ends it after 60 minutes. */
const MAX_AGE_MS = 55 * 60_000

/** How long nothing may have come, in milliseconds: what is in between may have forgotten the connection. */
const MAX_IDLE_MS = 300_000

/** Too much for one message. */
export const TOO_LARGE_CODE = 1009

/** The connection ended before an answer did. */
export class SocketClosedError extends Error {
  readonly code: number

  constructor(code: number) {
    super(`The WebSocket was closed with ${code}`)
    this.code = code
  }
}

/** One connection. */
export class BackendLink {
  readonly #socket: BackendSocket
  readonly #now: () => number
  readonly #openedAtMs: number
  #heardAtMs: number
  #answer: SocketAnswer | undefined
  #said: SaidThere | undefined
  #isClosed = false
  #hasTold = false
  /** Who asked for it: another token takes another connection. */
  readonly authorization: string | undefined

  constructor(socket: BackendSocket, authorization: string | undefined, now: () => number) {
    this.#socket = socket
    this.authorization = authorization
    this.#now = now
    this.#openedAtMs = now()
    this.#heardAtMs = now()
    socket.listen({
      onMessage: (data, isBinary) => {
        this.#heardAtMs = now()
        this.#answer?.take(data, isBinary)
      },
      onClose: (code) => {
        this.#isClosed = true
        this.#answer?.break(new SocketClosedError(code))
      },
    })
    socket.hold(false)
  }

  /** Whether a request is under way. */
  get isBusy(): boolean {
    return this.#answer !== undefined
  }

  /** Whether it can be asked. */
  get isUsable(): boolean {
    const nowMs = this.#now()
    const isFresh = nowMs - this.#openedAtMs < MAX_AGE_MS && nowMs - this.#heardAtMs < MAX_IDLE_MS
    return !this.#isClosed && isFresh
  }

  /** What was said until the end of the last answer; `undefined` when nobody can go on from it. */
  get said(): SaidThere | undefined {
    return this.#said
  }

  /** The headers of the upgrade, which say something of now the first time only. */
  takeHeaders(): BackendSocket['headers'] {
    const headers = this.#hasTold ? new Headers() : this.#socket.headers
    this.#hasTold = true
    return headers
  }

  /** Sends a message. What is said in the answer is remembered. */
  ask(message: string, {fieldsKey, itemKeys}: SplitRequest): SocketAnswer {
    const output: string[] = []
    let id: string | undefined
    this.#said = undefined
    this.#socket.hold(true)
    const answer = new SocketAnswer(this.#socket, {
      onEvent: (type, data) => {
        if (type === 'response.output_item.done') output.push(toItemKey(readField(data, 'item')))
        if (type === 'response.completed') {
          id = toText(toJsonObject(readField(data, 'response'))['id'])
        }
      },
      onEnd: (isWell) => {
        this.#answer = undefined
        if (!isWell || id === undefined) return this.close()
        this.#said = {id, fieldsKey, itemKeys: [...itemKeys, ...output]}
        this.#socket.hold(false)
      },
    })
    this.#answer = answer
    this.#socket.send(message)
    return answer
  }

  close(): void {
    this.#isClosed = true
    this.#said = undefined
    this.#socket.close()
  }
}

function readField(data: Buffer, name: string): unknown {
  return toJsonObject(parseJson(data.toString()))[name]
}
