/**
 * Requests to go on in another protocol.
 *
 * @module
 */
import type {IncomingMessage, Server, ServerResponse} from 'node:http'
import type {Socket} from 'node:net'

/** A request for a WebSocket, as `node:http` hands it over. */
export interface WebSocketRequest {
  readonly incoming: IncomingMessage
  /** Whoever is told has to watch it for errors, and to answer. */
  readonly socket: Socket
  /** What the client has sent behind its head. */
  readonly rest: Buffer
}

/** Header fields that concern the upgrade alone. */
const OF_UPGRADE: ReadonlySet<string> = new Set(['connection', 'http2-settings', 'upgrade'])

/**
 * Gives requests for a WebSocket to `take`, once what the client has asked before on the connection is answered.
 *
 * An offer of another protocol is left aside, as RFC 9110 §7.8 allows: the server answers the request as if there had been
 * none. Clients that offer HTTP/2 in this way (Java's, for example) send a body, which Node gives to nobody.
 */
export function listenForWebSockets(
  server: Server,
  take: (request: WebSocketRequest) => void,
): void {
  const lastAnswers = new WeakMap<Socket, ServerResponse>()
  const watch = ({socket}: IncomingMessage, outgoing: ServerResponse) => {
    lastAnswers.set(socket, outgoing)
  }
  server.prependListener('request', watch)
  server.prependListener('checkContinue', watch)
  server.on('upgrade', (incoming, _socket, rest) => {
    const {socket} = incoming
    const request = {incoming, socket, rest}
    const go = () => {
      if (!wantsWebSocket(incoming)) askAgain(server, request)
      else if (!socket.destroyed) take(request)
    }
    const last = lastAnswers.get(socket)
    if (!last || last.closed) return go()
    // Node listens no more once it has handed a connection over.
    const end = () => socket.destroy()
    socket.on('error', end)
    last.once('close', () => {
      socket.off('error', end)
      go()
    })
  })
}

function wantsWebSocket({headers, method}: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}

/** Gives the connection back to the server, which reads the head once more, without the offer. */
function askAgain(server: Server, {incoming, rest, socket}: WebSocketRequest): void {
  const {httpVersion, method, rawHeaders, url} = incoming
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    if (!OF_UPGRADE.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1]}`)
  }
  const options = (incoming.headers.connection ?? '')
    .split(',')
    .map((option) => option.trim())
    .filter((option) => option !== '' && !OF_UPGRADE.has(option.toLowerCase()))
  if (options.length > 0) lines.push(`Connection: ${options.join(', ')}`)
  const head = Buffer.from([...lines, '', ''].join('\r\n'), 'latin1')
  // The server watches over the time of each connection that it is given, this one for a second time.
  socket.setTimeout(0).removeAllListeners('timeout')
  socket.unshift(Buffer.concat([head, rest]))
  server.emit('connection', socket)
}
