/**
 * The gateway: the product's request function on a socket, for every client that speaks OpenAI's API.
 *
 * @module
 */
import {createAnswerer} from './answers/create-answerer.ts'
import type {GatewayOptions} from './gateway-options.ts'
import {toUrlHost} from './server/guard-request.ts'
import {SocketAnswer} from './socket-answer.ts'
import {startServer, type GatewayServer} from './server/start-server.ts'
import {createSocketDoor, type SocketDoor} from './websocket/socket-door.ts'

/** A gateway that runs. */
export interface Gateway {
  /** For example `http://127.0.0.1:4319/`. */
  readonly url: URL
  /** Requests that are not answered yet. */
  readonly openRequests: number
  /** Takes no new requests, waits for those under way, at most so long (milliseconds), and cuts the rest. */
  stop(graceMs: number): Promise<void>
}

/** More than the largest conversation with images that was seen. */
const MAX_BODY_BYTES = 128 * 1024 * 1024

/**
 * Starts a gateway over the accounts of an engine.
 *
 * @throws {ConfigurationError} It cannot listen there; the sentence says what to do.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const {place} = options
  const maxBodyBytes = options.maxBodyBytes ?? MAX_BODY_BYTES
  const {answer, answerBody} = createAnswerer({...options, maxBodyBytes})
  const isHttpOnly = options.webSocket === 'off' || options.isPassthrough === true
  const door = isHttpOnly
    ? undefined
    : createSocketDoor({...options, answer: answerBody, maxMessageBytes: maxBodyBytes})
  const bound: {server?: GatewayServer} = {}
  const server = await startServer(place, async (request) => {
    const {port = place.port} = bound.server ?? {}
    await new SocketAnswer({...request, port, door}, options, answer).run()
  })
  bound.server = server
  return {
    url: new URL(`http://${toUrlHost(place.address)}:${server.port}`),
    get openRequests() {
      return server.openRequests + (door?.openRequests ?? 0)
    },
    stop: (graceMs) => stop(server, door, graceMs),
  }
}

async function stop(
  server: GatewayServer,
  door: SocketDoor | undefined,
  graceMs: number,
): Promise<void> {
  const timer = setTimeout(() => door?.cut(), graceMs)
  door?.drain()
  await server.close(graceMs)
  clearTimeout(timer)
}
