import {once} from 'node:events'
import {createServer, type AddressInfo, type Server} from 'node:net'
import process from 'node:process'
import {hasErrorCode} from '../../../src/files/storage-failure.ts'

/**
 * Ports that the system gives to nobody who asks for any, neither to a server nor to the end of a connection (on
 * Linux those are from 32,768 on): one that is free stays free until it is used.
 */
const FIRST_PORT = 10_000
const PORTS = 20_000

/** How far apart two processes begin that were started one after the other. */
const STRIDE = 211

const candidates = countPorts()

/** Each of the ports, from one on that is this process's own. */
function* countPorts(): Generator<number, never> {
  for (let index = process.pid * STRIDE; ; index += 1) yield FIRST_PORT + (index % PORTS)
}

/** A port of this machine that nobody uses, and that no other caller is given. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = candidates.next().value
    const server = createServer()
    try {
      await once(server.listen(port, '127.0.0.1'), 'listening')
    } catch (error) {
      if (!hasErrorCode(error, 'EADDRINUSE', 'EACCES')) throw error
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}

/** A port that is used until the server is closed. */
export async function holdPort(): Promise<{server: Server; port: number}> {
  const server = createServer((socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {server, port: (server.address() as AddressInfo).port}
}
