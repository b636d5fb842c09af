/**
 * Sending over sockets of Node, without what `fetch` does for each request on top: a `Request`, a `Response`, their
 * streams and signals. A gateway answers some three times as many requests this way.
 *
 * @module
 */
import {
  Agent,
  request as requestPlainly,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import {Agent as SecureAgent, request as requestSecurely} from 'node:https'
import {pipeline, type Readable} from 'node:stream'
import {createBrotliDecompress, createGunzip, createInflate} from 'node:zlib'
import {NodeBody} from './node-body.ts'
import type {AnswerHeaders, ReceivedAnswer, Send, SentRequest} from './send.ts'

/** How {@link createNodeSend} sends. */
export interface NodeSendOptions {
  /** How long a server may take until the head of its answer, in milliseconds. */
  readonly headTimeoutMs: number
}

/** Up to so many bytes, a copy costs less than a second write. */
const SMALL_BYTES = 16_384

/** How long an idle connection is kept where the server does not say, in milliseconds. As `fetch` of Node does it. */
const IDLE_MS = 4000

/** Creates it. Connections are kept for the next request; none keeps the process alive while it is idle. */
export function createNodeSend({headTimeoutMs}: NodeSendOptions): Send {
  const options = {keepAlive: true, timeout: IDLE_MS, maxSockets: Infinity}
  const plain = {agent: new Agent(options), open: requestPlainly}
  const secure = {agent: new SecureAgent(options), open: requestSecurely}
  // Nearly all requests have the same one.
  let last = {url: '', target: {} satisfies RequestOptions as RequestOptions, way: plain}
  const find = (url: string) => {
    if (url === last.url) return last
    const {hostname, pathname, port, protocol, search} = new URL(url)
    const way = protocol === 'https:' ? secure : plain
    const host = hostname.replace(/^\[|\]$/g, '')
    last = {
      url,
      way,
      target: {agent: way.agent, method: 'POST', host, port, path: pathname + search},
    }
    return last
  }
  return (url, {body, headers, signal}: SentRequest) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(toReason(signal))
      const {target, way} = find(url)
      const request = way.open({...target, headers: {...headers, 'content-length': body.length}})
      const leave = () => void request.destroy(toReason(signal))
      const timer = setTimeout(() => {
        request.destroy(new DOMException('There was no answer in time', 'TimeoutError'))
      }, headTimeoutMs)
      signal?.addEventListener('abort', leave)
      request.on('error', reject)
      request.on('close', () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', leave)
      })
      request.on('response', (incoming) => {
        clearTimeout(timer)
        resolve(toAnswer(incoming))
      })
      // Node writes a text together with the head.
      if (body.length > SMALL_BYTES) request.end(body)
      else request.end(toLatin1(body), 'latin1')
    })
}

function toLatin1({buffer, byteOffset, byteLength}: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}

function toReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason
  return reason instanceof Error
    ? reason
    : new DOMException('The request was given up', 'AbortError')
}

function toAnswer(incoming: IncomingMessage): ReceivedAnswer {
  const {statusCode: status = 0} = incoming
  return {
    ok: status >= 200 && status < 300,
    status,
    type: 'default',
    headers: new NodeHeaders(incoming.headers),
    body: new NodeBody(decode(incoming)),
  }
}

/** No encoding is asked for, but something in between may not care. */
function decode(incoming: IncomingMessage): Readable {
  const decoder = createDecoder(incoming.headers['content-encoding'])
  // Both streams are ended by an error of either, and whoever reads is told.
  return decoder ? pipeline(incoming, decoder, () => {}) : incoming
}

function createDecoder(encoding = '') {
  switch (encoding.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip()
    case 'deflate':
      return createInflate()
    case 'br':
      return createBrotliDecompress()
    default:
      return undefined
  }
}

class NodeHeaders implements AnswerHeaders {
  readonly #headers: IncomingMessage['headers']

  constructor(headers: IncomingMessage['headers']) {
    this.#headers = headers
  }

  get(name: string): string | null {
    const value = this.#headers[name]
    return Array.isArray(value) ? value.join(', ') : (value ?? null)
  }

  has(name: string): boolean {
    return this.#headers[name] !== undefined
  }

  keys(): ReturnType<Headers['keys']> {
    return Object.keys(this.#headers).values()
  }
}
