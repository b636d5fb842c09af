/**
 * Opening a WebSocket to the backend.
 *
 * @module
 */
import type {IncomingMessage} from 'node:http'
import {WebSocket} from 'ws'
import type {BackendSocket, OpenSocket, SocketListener} from './backend-socket.ts'

/** How long the backend may take for the upgrade, in milliseconds. As the official client waits. */
const OPEN_MS = 15_000

/** The largest message that is read, in bytes: the largest event that was seen was an image of 20 MB. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024

/** Opens one, without compression: it would cost more than it saves, and memory for each connection. */
export const openBackendSocket: OpenSocket = (url, headers) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), {
      headers: {...headers},
      handshakeTimeout: OPEN_MS,
      maxPayload: MAX_MESSAGE_BYTES,
      perMessageDeflate: false,
    })
    let answer: IncomingMessage | undefined
    socket.on('upgrade', (upgraded) => (answer = upgraded))
    // Later ones are told by a close.
    socket.on('error', reject)
    socket.on('unexpected-response', (request, {statusCode = 0}) => {
      request.destroy()
      resolve({kind: 'refused', status: statusCode})
    })
    socket.on('open', () => {
      if (answer) resolve({kind: 'open', socket: wrap(socket, answer)})
    })
  })

function wrap(socket: WebSocket, answer: IncomingMessage): BackendSocket {
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.headers)) {
    if (typeof value === 'string') headers.set(name, value)
  }
  return {
    headers,
    send: (text) => socket.send(text),
    listen(listener: SocketListener) {
      socket.on('message', (data: Buffer, isBinary) => listener.onMessage(data, isBinary))
      socket.on('close', (code) => listener.onClose(code))
    },
    flow: (isFlowing) => (isFlowing ? socket.resume() : socket.pause()),
    hold: (isHeld) => void (isHeld ? answer.socket.ref() : answer.socket.unref()),
    close: () => socket.terminate(),
  }
}
