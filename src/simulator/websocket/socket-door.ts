/**
 * Where clients of the Responses path upgrade to a WebSocket.
 *
 * @module
 */
import {WebSocketServer} from 'ws'
import type {UpgradeListener} from '../../http/serve.ts'
import {handleRequest} from '../handle-request.ts'
import type {Simulation} from '../state/simulation.ts'
import {SocketSession} from './socket-session.ts'

/** The door of one simulator. */
export interface SocketDoor {
  /** Opens a WebSocket for whoever may have one, and answers the others. */
  readonly open: UpgradeListener
  /** Drops every connection. */
  close(): void
}

/** Makes a door. Each connection counts, from 1. */
export function createSocketDoor(simulation: Simulation): SocketDoor {
  const {webSocket} = simulation.behaviour
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: webSocket?.maxMessageBytes ?? 0,
    // Taken from a client that offers it, as the real backend does.
    perMessageDeflate: true,
    handleProtocols: () => false,
  })
  const told = new WeakMap<object, Headers>()
  let connections = 0
  server.on('headers', (lines, incoming) => {
    for (const [name, value] of told.get(incoming) ?? []) lines.push(`${name}: ${value}`)
  })
  return {
    async open(request, {incoming, socket, head}) {
      const response = await handleRequest(request, simulation)
      if (!webSocket || response.status !== 204) return response
      told.set(incoming, response.headers)
      server.handleUpgrade(incoming, socket, head, (client) => {
        connections += 1
        new SocketSession(client, {
          request,
          simulation,
          limits: webSocket,
          id: connections,
        }).listen()
      })
      return undefined
    },
    close: () => {
      for (const client of server.clients) client.terminate()
    },
  }
}
