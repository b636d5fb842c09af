/**
 * The socket of the gateway.
 *
 * @module
 */
import {once} from 'node:events'
import {createServer, ServerResponse, type IncomingMessage, type Server} from 'node:http'
import type {Socket} from 'node:net'
import {ConfigurationError} from '../../errors.ts'
import {hasErrorCode} from '../../files/storage-failure.ts'
import {listenForWebSockets} from '../../http/listen-for-web-sockets.ts'
import type {RequestHead} from '../exchange/exchange.ts'
import {BODY_WANTED} from './read-request-body.ts'
import {toUrlHost} from './guard-request.ts'

/** A connection whose client goes on in another protocol. */
export interface UpgradedConnection {
  readonly incoming: IncomingMessage
  readonly socket: Socket
  /** What the client has sent behind its request. */
  readonly rest: Buffer
}

/** A request on a socket. */
export interface SocketRequest {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal
  /** Only for a request to upgrade: takes the connection over, which is then no longer answered here. */
  readonly takeOver?: () => UpgradedConnection
}

/** Answers one request, to its end. Must not reject. */
export type AnswerSocket = (request: SocketRequest) => Promise<void>

/** Where to listen. */
export interface ServerPlace {
  readonly address: string
  /** `0` picks a free one. */
  readonly port: number
}

/** A socket that listens. */
export interface GatewayServer {
  readonly port: number
  /** Requests that are not answered yet. */
  readonly openRequests: number
  /**
   * Takes no new connections, and waits for the answers that are under way. What is not sent by then is cut, and its
   * signal aborted.
   */
  close(graceMs: number): Promise<void>
}

/** How long a client may take for the head of a request, in milliseconds. */
const HEAD_TIMEOUT_MS = 30_000

/** How long a client may take for a whole request, in milliseconds: a large one over a slow line takes its time. */
const REQUEST_TIMEOUT_MS = 10 * 60_000

/** How long an idle connection is kept, in milliseconds. Clients of this machine ask again and again. */
const KEEP_ALIVE_MS = 60_000

/** Between two looks for connections that have become idle, in milliseconds. */
const LOOK_EVERY_MS = 50

/**
 * Listens, and gives each request to `answer`.
 *
 * A client that expects `100 Continue` gets it when its body is read. A request for a WebSocket comes like any other,
 * and may be taken over; an offer of another protocol is left aside.
 *
 * @throws {ConfigurationError} The address cannot be used, or the port is taken.
 */
export async function startServer(
  place: ServerPlace,
  answer: AnswerSocket,
): Promise<GatewayServer> {
  const open = new Set<AbortController>()
  const run = async (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    rest?: Buffer,
  ): Promise<void> => {
    const client = new AbortController()
    open.add(client)
    outgoing.once('close', () => {
      open.delete(client)
      if (!outgoing.writableFinished) client.abort()
    })
    const takeOver = (upgraded: Buffer) => () => {
      open.delete(client)
      outgoing.detachSocket(incoming.socket)
      return {incoming, socket: incoming.socket, rest: upgraded}
    }
    const {signal} = client
    await answer({incoming, outgoing, signal, ...(rest && {takeOver: takeOver(rest)})})
  }
  const server = createServer({
    noDelay: true,
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  })
  server.on('request', (incoming, outgoing) => void run(incoming, outgoing))
  server.on('checkContinue', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    // Whoever refuses the request does not read its body, which is then never sent.
    incoming.once(BODY_WANTED, () => outgoing.writeContinue())
    void run(incoming, outgoing)
  })
  listenForWebSockets(server, ({incoming, rest, socket}) => {
    socket.on('error', () => socket.destroy())
    const outgoing = new ServerResponse(incoming)
    outgoing.shouldKeepAlive = false
    outgoing.assignSocket(socket)
    outgoing.once('finish', () => socket.destroySoon())
    void run(incoming, outgoing, rest)
  })
  const port = await listen(server, place)
  return {
    port,
    get openRequests() {
      return open.size
    },
    close: (graceMs) => drain(server, open, graceMs),
  }
}

async function listen(server: Server, {address, port}: ServerPlace): Promise<number> {
  server.listen(port, address)
  try {
    await once(server, 'listening')
  } catch (error) {
    const where = `${toUrlHost(address)}:${port}`
    if (hasErrorCode(error, 'EADDRINUSE')) {
      throw new ConfigurationError(
        `Another program listens on ${where}. End it, or name another port with --port.`,
        {cause: error},
      )
    }
    if (hasErrorCode(error, 'EACCES', 'EPERM')) {
      throw new ConfigurationError(
        `This user may not listen on ${where}. Name a port above 1023 with --port.`,
        {cause: error},
      )
    }
    throw new ConfigurationError(
      `${address} is not an address of this machine that can be listened on. Leave --bind out to use 127.0.0.1.`,
      {cause: error},
    )
  }
  const bound = server.address()
  return bound === null || typeof bound === 'string' ? port : bound.port
}

async function drain(
  server: Server,
  open: ReadonlySet<AbortController>,
  graceMs: number,
): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  const looks = setInterval(() => server.closeIdleConnections(), LOOK_EVERY_MS)
  server.closeIdleConnections()
  const timer = setTimeout(() => {
    for (const client of open) client.abort()
    server.closeAllConnections()
  }, graceMs)
  await closed
  clearTimeout(timer)
  clearInterval(looks)
}

/** What the head of a request says; `undefined` when its target is none that a server of its own has. */
export function readHead({
  headers,
  method = 'GET',
  socket,
  url = '/',
}: Pick<IncomingMessage, 'headers' | 'method' | 'socket' | 'url'>): RequestHead | undefined {
  // Proxies get a whole URL, and `OPTIONS` a star.
  if (!url.startsWith('/')) return undefined
  const [path = '', query] = url.split(/\?(.*)/s)
  return {
    method,
    path,
    query: query === undefined ? '' : `?${query}`,
    headers,
    remoteAddress: socket.remoteAddress ?? '',
  }
}
