/**
 * Opening a WebSocket to the backend with the one that the program has already.
 *
 * @module
 */
import type {OpenSocket} from './backend-socket.ts'

/** How long the backend may take for the upgrade, in milliseconds. As the official client waits. */
const OPEN_MS = 15_000

/** What is used of the class: that of Node 22 and later takes headers as well. */
export type WebSocketClass = new (
  url: string,
  options: {readonly headers: Readonly<Record<string, string>>},
) => WebSocket

/**
 * Makes the opener. Such a socket does not say why it was refused, nor does it tell the headers of its upgrade, and what
 * it reads it cannot be asked to wait with.
 */
export function createGlobalOpener(Socket: WebSocketClass): OpenSocket {
  return (url, headers) =>
    new Promise((resolve, reject) => {
      const socket = new Socket(url.replace(/^http/, 'ws'), {headers})
      socket.binaryType = 'arraybuffer'
      const fail = () => {
        clearTimeout(timer)
        reject(new Error('No WebSocket could be opened'))
      }
      // One that has failed is closed already: in Node 22, closing it would fail it once more, and so on.
      const timer = setTimeout(() => {
        fail()
        socket.close()
      }, OPEN_MS)
      socket.addEventListener('error', fail)
      socket.addEventListener('open', () => {
        clearTimeout(timer)
        resolve({
          kind: 'open',
          socket: {
            headers: new Headers(),
            send: (text) => socket.send(text),
            listen(listener) {
              socket.addEventListener('message', ({data}) => {
                const isBinary = typeof data !== 'string'
                listener.onMessage(isBinary ? new Uint8Array() : Buffer.from(data), isBinary)
              })
              socket.addEventListener('close', ({code}) => listener.onClose(code))
            },
            flow: () => undefined,
            hold: () => undefined,
            close: () => socket.close(),
          },
        })
      })
    })
}
