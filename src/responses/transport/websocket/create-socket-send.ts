/**
 * Sending requests for responses over WebSockets where that pays, and by HTTP where not.
 *
 * @module
 */
import type {Clock} from '../../../base/clock.ts'
import type {Log} from '../../../base/log.ts'
import type {ReceivedAnswer, Send, SentRequest} from '../../../http/send.ts'
import {BackendLink, SocketClosedError, TOO_LARGE_CODE} from './backend-link.ts'
import type {OpenSocket} from './backend-socket.ts'
import {readErrorMessage, isToSendAgain, toRefusedAnswer} from './error-answer.ts'
import type {SocketAnswer} from './socket-answer.ts'
import {
  continues,
  isWorthwhile,
  splitRequest,
  toCreateMessage,
  toUpgradeHeaders,
  type SplitRequest,
} from './split-request.ts'

/** What it is made with. */
export interface SocketSendOptions {
  /** The way by HTTP. */
  readonly send: Send
  readonly open: OpenSocket
  readonly now: Clock
  readonly log: Log
  /** How long the backend may take until its first message, in milliseconds. */
  readonly firstMessageMs: number
}

/** A way to the backend, with connections that stay open. */
export interface SocketSend {
  readonly send: Send
  /** Closes every connection. */
  close(): void
}

/** More would not be taken: the limit of the backend is 16 MiB. */
const MAX_MESSAGE_BYTES = 15 * 1024 * 1024

/** After so many failures without an event, a conversation goes on by HTTP. */
const MAX_FAILURES = 2

/** Of all conversations, one after the other. Something on the way may let no WebSocket through. */
const MAX_FAILED_OPENINGS = 3

/** How long nobody tries after a 426, or after so many failures, in milliseconds. */
const REFUSED_MS = 600_000

/** Conversations that are remembered. The connection of the one that was not used for longest is closed. */
const MAX_CONVERSATIONS = 200

/** The status of a backend that has no WebSockets. */
const REFUSES_ALL = 426

const PATH = '/codex/responses'

/** One conversation of one account. */
interface Line {
  link?: BackendLink
  failures: number
  isOpening: boolean
}

/** Creates it. Nothing is opened before the first request that is worth it. */
export function createSocketSend(options: SocketSendOptions): SocketSend {
  const lines = new Lines()
  const state = {closedUntilMs: 0, failedOpenings: 0}

  /** A connection that can be asked now; `undefined` where HTTP is the way. */
  async function find(line: Line, url: string, {headers}: SentRequest) {
    const {authorization} = headers
    const {link} = line
    if (link?.isBusy === true) return undefined
    if (link?.isUsable === true && link.authorization === authorization) return link
    link?.close()
    delete line.link
    const status = await openLink(line, url, {headers, options})
    state.failedOpenings = status === undefined ? 0 : state.failedOpenings + 1
    if (status === undefined) return line.link
    // Nothing was sent: by HTTP, the backend says what is the matter.
    line.failures += 1
    options.log.info('No WebSocket', {status})
    const isClosed = status === REFUSES_ALL || state.failedOpenings >= MAX_FAILED_OPENINGS
    if (isClosed) state.closedUntilMs = options.now() + REFUSED_MS
    return undefined
  }

  async function ask(line: Line, url: string, asked: Asked): Promise<ReceivedAnswer | undefined> {
    const {request, split} = asked
    // Once more where the backend has forgotten the conversation, on a new connection.
    for (let tries = 0; tries < 2; tries += 1) {
      const link = await find(line, url, request)
      request.signal?.throwIfAborted()
      if (!link || link.isBusy) return undefined
      const said = continues(split, link.said) ? link.said : undefined
      const message = toCreateMessage(split, request.headers, said)
      if (Buffer.byteLength(message) > MAX_MESSAGE_BYTES) return undefined
      const opened = await open(link.ask(message, split), {link, line, asked, options})
      if (opened !== 'again') return opened
      link.close()
    }
    return undefined
  }

  return {
    async send(url, request) {
      const line = url.endsWith(PATH) ? lines.find(request) : undefined
      const isOut = !line || line.isOpening || line.failures >= MAX_FAILURES
      if (isOut || options.now() < state.closedUntilMs) return options.send(url, request)
      const split = splitRequest(request.body)
      const answer = isWorthwhile(split) ? await ask(line, url, {request, split}) : undefined
      return answer ?? options.send(url, request)
    },
    close: () => lines.close(),
  }
}

/** Opens a connection. The status of a refusal, or 0 without any answer; `undefined` when it is open. */
async function openLink(
  line: Line,
  url: string,
  {headers, options}: Pick<SentRequest, 'headers'> & {readonly options: SocketSendOptions},
): Promise<number | undefined> {
  line.isOpening = true
  try {
    const opened = await options.open(url, toUpgradeHeaders(headers))
    if (opened.kind === 'refused') return opened.status
    line.link = new BackendLink(opened.socket, headers['authorization'], options.now)
    return undefined
  } catch {
    return 0
  } finally {
    line.isOpening = false
  }
}

/** The conversations that are remembered, from the one that was not used for longest to the last used. */
class Lines {
  readonly #lines = new Map<string, Line>()

  /** That of a request; `undefined` when it is of no conversation. */
  find({headers}: SentRequest): Line | undefined {
    const session = headers['session-id']
    if (session === undefined) return undefined
    const key = `${headers['chatgpt-account-id']} ${session}`
    const line = this.#lines.get(key) ?? {failures: 0, isOpening: false}
    this.#lines.delete(key)
    this.#lines.set(key, line)
    for (const [oldest, {isOpening, link}] of this.#lines) {
      if (this.#lines.size <= MAX_CONVERSATIONS || isOpening || link?.isBusy === true) break
      link?.close()
      this.#lines.delete(oldest)
    }
    return line
  }

  close(): void {
    for (const {link} of this.#lines.values()) link?.close()
    this.#lines.clear()
  }
}

interface Asked {
  readonly request: SentRequest
  readonly split: SplitRequest
}

interface Opening {
  readonly link: BackendLink
  readonly line: Line
  readonly asked: Asked
  readonly options: SocketSendOptions
}

/**
 * Waits for the first message.
 *
 * @returns `undefined` where HTTP is the way, `again` where everything has to be sent on a new connection.
 */
async function open(
  answer: SocketAnswer,
  {link, line, asked: {request}, options}: Opening,
): Promise<ReceivedAnswer | 'again' | undefined> {
  const leave = () => void answer.cancel()
  const {signal} = request
  signal?.addEventListener('abort', leave)
  const late = new DOMException('There was no answer in time', 'TimeoutError')
  const timer = setTimeout(() => answer.break(late), options.firstMessageMs)
  try {
    const first = await Promise.race([answer.first(), whenAborted(signal)])
    line.failures = 0
    const refused = readErrorMessage(first)
    if (refused && isToSendAgain(refused)) return 'again'
    if (refused) return toRefusedAnswer(refused)
    return toAnswer(answer, link)
  } catch (error) {
    signal?.throwIfAborted()
    line.failures += 1
    if (!(error instanceof SocketClosedError) || error.code !== TOO_LARGE_CODE) throw error
    // It was not taken, and never will be.
    line.failures = MAX_FAILURES
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

function whenAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('The request was given up')))
  })
}

function toAnswer(answer: SocketAnswer, link: BackendLink): ReceivedAnswer {
  const body = {getReader: () => answer, cancel: () => answer.cancel()}
  return {ok: true, status: 200, type: 'default', headers: link.takeHeaders(), body}
}
