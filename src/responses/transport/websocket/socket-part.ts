/**
 * WebSockets to the backend for the editors. It is a file of its own beside the plugin and the extension, which is read
 * when a request wants it.
 *
 * @module
 */
import {readNetworkSettings} from '../../../http/network-settings.ts'
import {createSocketSend, type SocketSend, type SocketSendOptions} from './create-socket-send.ts'
import {createGlobalOpener, type WebSocketClass} from './open-global-socket.ts'

/** What the way is made of. */
export interface SocketWayOptions extends Pick<SocketSendOptions, 'log' | 'now' | 'send'> {
  /** Environment variables: where they name a proxy, requests go by HTTP. */
  readonly env: NodeJS.ProcessEnv
  /** Default: the one of Node, from version 22. */
  readonly Socket?: WebSocketClass | undefined
}

/** How long the backend may take until its first message, in milliseconds. As long as by HTTP. */
const FIRST_MESSAGE_MS = 300_000

/** Makes the way; `undefined` where this program has no WebSocket, or the network has a proxy. */
export function createSocketWay({
  env,
  Socket,
  ...options
}: SocketWayOptions): SocketSend | undefined {
  const found: WebSocketClass | undefined = Socket ?? globalThis.WebSocket
  if (!found || readNetworkSettings(env).proxy) return undefined
  return createSocketSend({
    ...options,
    open: createGlobalOpener(found),
    firstMessageMs: FIRST_MESSAGE_MS,
  })
}
