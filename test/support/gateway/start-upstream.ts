/**
 * A server in the place of the backend, for answers that no simulator gives.
 *
 * @module
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {onTestFinished} from 'vitest'

/** Starts it. It ends with the test. */
export async function startUpstream(
  listener: RequestListener,
): Promise<{readonly url: string; readonly requests: readonly IncomingMessage[]}> {
  const requests: IncomingMessage[] = []
  const server = createServer((incoming, outgoing) => {
    requests.push(incoming)
    listener(incoming, outgoing)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  })
  const {port} = server.address() as AddressInfo
  return {url: `http://127.0.0.1:${port}/backend-api`, requests}
}
