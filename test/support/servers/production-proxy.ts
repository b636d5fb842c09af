import {execFile, spawnSync} from 'node:child_process'
import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {createServer as createHttpServer, request, type IncomingMessage} from 'node:http'
import {createServer as createHttpsServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {promisify} from 'node:util'
import type {TestContext} from 'vitest'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'

const HOSTS = ['auth.openai.com', 'chatgpt.com']
const OPENSSL = 'openssl'
const run = promisify(execFile)

/** Whether the proxy can be started: it needs OpenSSL to sign its certificates. */
export const hasOpenssl = spawnSync(OPENSSL, ['version']).status === 0

/** A proxy behind which a simulator has the names of the real servers. */
export interface ProductionProxy {
  /** For `HTTPS_PROXY`. */
  readonly url: URL
  /** Certificate of the authority that vouches for the names; for `CODEX_CA_CERTIFICATE`. */
  readonly authorityFile: string
}

/** Starts a proxy that knows the hosts of the real servers, and drops connections to all others. */
export async function startProductionProxy(
  simulator: Simulator,
  onTestFinished: TestContext['onTestFinished'],
): Promise<ProductionProxy> {
  const directory = await mkdtemp(path.join(tmpdir(), 'codex-proxy-'))
  onTestFinished(() => rm(directory, {recursive: true}))
  await createCertificates(directory)
  const [key, cert] = await Promise.all([
    readFile(path.join(directory, 'server.key')),
    readFile(path.join(directory, 'server.pem')),
  ])
  const encrypted = createHttpsServer({key, cert}, (incoming, outgoing) => {
    const forwarded = request(toTarget(incoming, simulator), (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    forwarded.once('error', () => outgoing.destroy())
    incoming.pipe(forwarded)
  })
  const proxy = createHttpServer().on('connect', (incoming, socket, head) => {
    if (!HOSTS.includes(incoming.url?.replace(/:443$/, '') ?? '')) return socket.destroy()
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    socket.unshift(head)
    return encrypted.emit('connection', socket)
  })
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    encrypted.closeAllConnections()
    proxy.close()
  })
  const {port} = proxy.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    authorityFile: path.join(directory, 'authority.pem'),
  }
}

function toTarget(incoming: IncomingMessage, {url}: Simulator) {
  const {method, headers, url: target} = incoming
  return {host: url.hostname, port: url.port, path: target, method, headers}
}

/** Node has nothing that signs certificates. */
async function createCertificates(cwd: string): Promise<void> {
  const create = (name: string, ...more: string[]) => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    const files = ['-keyout', `${name}.key`, '-out', `${name}.pem`, '-days', '2']
    return run(OPENSSL, ['req', '-x509', ...key, ...files, ...more], {cwd})
  }
  await create('authority', '-subj', '/CN=Test authority')
  const names = HOSTS.map((host) => `DNS:${host}`).join()
  const authority = ['-CA', 'authority.pem', '-CAkey', 'authority.key']
  const extensions = ['basicConstraints=critical,CA:FALSE', `subjectAltName=${names}`]
  const added = extensions.flatMap((extension) => ['-addext', extension])
  await create('server', '-subj', '/CN=Test server', ...authority, ...added)
}
