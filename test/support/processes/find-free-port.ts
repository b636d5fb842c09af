import {once} from 'node:events'
import {createServer, type AddressInfo, type Server} from 'node:net'

/** A port of this machine that nobody uses. */
export async function findFreePort(): Promise<number> {
  const {server, port} = await holdPort()
  server.close()
  await once(server, 'close')
  return port
}

/** A port that is used until the server is closed. */
export async function holdPort(): Promise<{server: Server; port: number}> {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {server, port: (server.address() as AddressInfo).port}
}
