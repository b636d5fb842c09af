/**
 * Where clients upgrade to a WebSocket, on which they ask for responses.
 *
 * @module
 */
import {WebSocketServer} from 'ws'
import {findEndpoint} from '../answers/find-endpoint.ts'
import type {GatewayClient, RequestHead} from '../exchange/exchange.ts'
import type {UpgradedConnection} from '../server/start-server.ts'
import {Histories} from './histories.ts'
import type {SocketDoorOptions} from './socket-door-options.ts'
import {SocketSession} from './socket-session.ts'

/** Who wants it. */
export interface Visitor {
  readonly head: RequestHead
  readonly client: GatewayClient
}

/** The door of one gateway. */
export interface SocketDoor {
  /** Requests that are not answered yet. */
  readonly openRequests: number
  /** Whether a WebSocket can be had there. */
  leadsTo(head: RequestHead): boolean
  /** Takes the connection over. */
  open(visitor: Visitor, connection: UpgradedConnection): void
  /** Lets nobody in any more, and takes leave of each client once its request is answered. */
  drain(): void
  /** Drops every connection. */
  cut(): void
}

/** Makes a door. */
export function createSocketDoor(options: SocketDoorOptions): SocketDoor {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: options.maxMessageBytes,
    // On one machine, packing costs more than it saves, and 300 kB for each connection.
    perMessageDeflate: false,
    handleProtocols: () => false,
  })
  const histories = new Histories()
  const sessions = new Set<SocketSession>()
  const state = {isDraining: false}
  return {
    get openRequests() {
      return [...sessions].filter(({isBusy}) => isBusy).length
    },
    leadsTo(head) {
      if (state.isDraining || head.headers.upgrade?.toLowerCase() !== 'websocket') return false
      const endpoint = findEndpoint({...head, method: 'POST'})
      return head.method === 'GET' && endpoint.kind === 'engine' && endpoint.path === '/responses'
    },
    open({client, head}, {incoming, rest, socket}) {
      socket.setKeepAlive(true, 60_000)
      server.handleUpgrade(incoming, socket, rest, (opened) => {
        const place = {client, connection: socket, head, histories}
        const session = new SocketSession(opened, place, options)
        sessions.add(session)
        session.listen(() => sessions.delete(session))
      })
    },
    drain() {
      state.isDraining = true
      for (const session of sessions) session.leave()
    },
    cut() {
      for (const session of sessions) session.cut()
    },
  }
}
