import {once} from 'node:events'
import {connect} from 'node:net'
import {gzipSync} from 'node:zlib'
import {expect, onTestFinished, test} from 'vitest'
import {askRaw} from '../support/gateway/ask-raw.ts'
import {startTestGateway} from '../support/gateway/start-gateway.ts'
import {startUpstream} from '../support/gateway/start-upstream.ts'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {eventually} from '../support/eventually.ts'

/** What is between a client and the backend changes nothing that is not its own, and holds nothing up. */

const BODY = JSON.stringify({model: 'gpt-5.5', input: 'hello'})

test('bodies come chunked, after 100-continue, and with an unusual Connection', async () => {
  const {gateway} = await startTestGateway()
  const head = ['POST /v1/responses HTTP/1.1', `Host: ${gateway.url.host}`]
  const length = `Content-Length: ${BODY.length}`
  const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`

  const answers = await Promise.all([
    askRaw(gateway.url, [...head, 'Transfer-Encoding: chunked', 'Connection: close'], chunked),
    askRaw(gateway.url, [...head, length, 'Expect: 100-continue', 'Connection: close'], BODY),
    askRaw(gateway.url, [...head, length, 'Connection: close, x-mine', 'X-Mine: 1'], BODY),
  ])

  expect(answers.map((text) => text.match(/HTTP\/1\.1 \d{3}/g))).toEqual([
    ['HTTP/1.1 200'],
    ['HTTP/1.1 100', 'HTTP/1.1 200'],
    ['HTTP/1.1 200'],
  ])
})

/** A connection that hears what the gateway says until the test is over. */
async function startRaw({hostname, port}: URL) {
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const heard = {text: ''}
  socket.setEncoding('latin1').on('data', (part: string) => (heard.text += part))
  return {socket, heard, statuses: () => heard.text.match(/(?<=HTTP\/1\.1 )\d{3}/g)}
}

test('an offer of another protocol is left aside, also in front of an answer that is under way', async () => {
  const {gateway, simulator} = await startTestGateway()
  const {socket, statuses} = await startRaw(gateway.url)
  // As the client of Java offers HTTP/2.
  const offer = [
    'Connection: Upgrade, HTTP2-Settings',
    `Host: ${gateway.url.host}`,
    'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    'Upgrade: h2c',
  ].join('\r\n')
  const head = `POST /v1/responses HTTP/1.1\r\nContent-Length: ${BODY.length}\r\n${offer}\r\n\r\n`

  socket.write(`${head}${BODY}`)
  await eventually(() => expect(statuses()).toHaveLength(1))
  socket.write(`${head}${BODY}${head}${BODY.slice(0, 10)}`)
  socket.write(`${BODY.slice(10)}GET /health HTTP/1.1\r\n${offer}\r\n\r\n`)
  await eventually(() => expect(statuses()).toHaveLength(4))

  expect(statuses()).toEqual(['200', '200', '200', '200'])
  const asked = simulator.requests.filter(({path}) => path.endsWith('/codex/responses'))
  expect(asked.map(({body}) => (body as {input: object[]}).input)).toMatchObject([
    [{role: 'user'}],
    [{role: 'user'}],
    [{role: 'user'}],
  ])
})

test('a WebSocket that is asked for behind another request is opened once that is answered', async () => {
  const {gateway} = await startTestGateway()
  const {heard, socket, statuses} = await startRaw(gateway.url)
  const host = `Host: ${gateway.url.host}\r\n`

  socket.write(
    `POST /v1/responses HTTP/1.1\r\n${host}Content-Length: ${BODY.length}\r\n\r\n${BODY}` +
      `GET /v1/responses HTTP/1.1\r\n${host}Connection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  await eventually(() => expect(statuses()).toHaveLength(2))

  expect(statuses()).toEqual(['200', '101'])
  expect(heard.text).toMatch(/heard: hello[\s\S]*HTTP\/1\.1 101 /)
})

test('a body that is too large is refused before it is sent', async () => {
  const {gateway, simulator} = await startTestGateway({maxBodyBytes: 1000})

  const text = await askRaw(gateway.url, [
    'POST /v1/responses HTTP/1.1',
    `Host: ${gateway.url.host}`,
    'Content-Length: 100000',
    'Expect: 100-continue',
  ])

  expect(text).toMatch(/^HTTP\/1\.1 413 /)
  expect(text).not.toContain('100 Continue')
  expect(simulator.requests).toEqual([])
})

test('without WebSockets, an upgrade is answered 426, so that the official client asks by HTTP at once', async () => {
  const {gateway} = await startTestGateway({webSocket: 'off'})

  const text = await askRaw(gateway.url, [
    'GET /v1/responses HTTP/1.1',
    `Host: ${gateway.url.host}`,
    'Connection: Upgrade, close',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ])

  expect(text).toMatch(/^HTTP\/1\.1 426 /)
})

test('what is passed on says who asks by our account alone, and comes back decoded and whole', async () => {
  const upstream = await startUpstream((_incoming, outgoing) => {
    outgoing.setHeader('set-cookie', ['a=1', 'b=2'])
    outgoing.setHeader('content-encoding', 'gzip')
    outgoing.setHeader('connection', 'close, x-hop')
    outgoing.setHeader('x-hop', 'only here')
    outgoing.setHeader('x-mine', 'kept')
    outgoing.end(gzipSync('{"plugins":[]}'))
  })
  const {ask} = await startTestGateway({backendUrl: upstream.url})

  const response = await ask('/backend-api/ps/plugins/installed?scope=GLOBAL', {
    headers: {
      authorization: 'Bearer of-the-client',
      'chatgpt-account-id': 'of-the-client',
      cookie: 'c=3',
      'x-api-key': 'of-the-client',
      originator: 'codex_exec',
      'accept-encoding': 'zstd, br',
    },
  })

  expect(await response.text()).toBe('{"plugins":[]}')
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(['content-encoding', 'x-hop', 'x-mine'].map((name) => response.headers.get(name))).toEqual(
    [null, null, 'kept'],
  )
  const {headers, url} = upstream.requests[0]!
  expect(url).toBe('/backend-api/ps/plugins/installed?scope=GLOBAL')
  expect(headers).toMatchObject({originator: 'codex_exec', 'accept-encoding': 'gzip'})
  expect(headers['chatgpt-account-id']).not.toBe('of-the-client')
  expect(headers.authorization).toMatch(/^Bearer eyJ/)
  expect([headers.cookie, headers['x-api-key']]).toEqual([undefined, undefined])
})

test('a redirect is handed back and not followed, and a refused login is never a 401', async () => {
  const upstream = await startUpstream((incoming, outgoing) => {
    const isMoved = incoming.url?.endsWith('/moved') === true
    outgoing.writeHead(isMoved ? 307 : 401, {location: '/elsewhere'})
    outgoing.end('{"detail":"Unauthorized"}')
  })
  const {ask} = await startTestGateway({backendUrl: upstream.url})

  const moved = await ask('/backend-api/moved', {redirect: 'manual'})
  const rejected = await ask('/backend-api/wham/settings/user')
  const models = await ask('/v1/models?client_version=0.171.0')

  expect([moved.status, rejected.status, models.status]).toEqual([307, 403, 404])
  expect(upstream.requests.filter(({url}) => url?.endsWith('/elsewhere'))).toEqual([])
})

test('a failure that is passed on keeps its status, its type and its headers', async () => {
  const upstream = await startUpstream((_incoming, outgoing) => {
    outgoing.writeHead(402, {
      'content-type': 'text/html',
      'x-request-id': 'r-1',
      'retry-after': '7',
    })
    outgoing.end('<p>Pay</p>')
  })
  const {ask} = await startTestGateway({backendUrl: upstream.url})

  const response = await ask('/backend-api/wham/settings/user')

  expect([response.status, await response.text()]).toEqual([402, '<p>Pay</p>'])
  const names = ['content-type', 'x-request-id', 'retry-after']
  expect(names.map((name) => response.headers.get(name))).toEqual(['text/html', 'r-1', '7'])
})

test('when the client leaves a silent answer, the backend is left as well', async () => {
  const closed: string[] = []
  const upstream = await startUpstream((incoming, outgoing) => {
    outgoing.writeHead(200, {'content-type': 'text/event-stream'})
    outgoing.write('event: response.created\ndata: {"type":"response.created","response":{}}\n\n')
    incoming.socket.once('close', () => void closed.push('closed'))
  })
  const {gateway} = await startTestGateway({backendUrl: upstream.url})
  const socket = connect(Number(gateway.url.port), '127.0.0.1')
  const head = `POST /v1/responses HTTP/1.1\r\nHost: ${gateway.url.host}\r\nContent-Length: ${BODY.length}`
  socket.write(`${head}\r\n\r\n${BODY}`)
  await eventually(() => expect(upstream.requests).toHaveLength(1))

  socket.destroy()
  await once(socket, 'close')

  await eventually(() => expect(closed).toEqual(['closed']))
})

test('a client that does not read holds the backend back', async () => {
  const sent = {bytes: 0, isWaiting: false}
  const upstream = await startUpstream((_incoming, outgoing) => {
    const part = Buffer.alloc(65_536, 'a')
    const fill = () => {
      while (sent.bytes < 400_000_000) {
        sent.bytes += part.length
        if (outgoing.write(part)) continue
        sent.isWaiting = true
        outgoing.once('drain', fill)
        return
      }
      outgoing.end()
    }
    fill()
  })
  const {gateway} = await startTestGateway({backendUrl: upstream.url})
  const socket = connect(Number(gateway.url.port), '127.0.0.1')
  socket.pause()
  socket.write(`GET /backend-api/large HTTP/1.1\r\nHost: ${gateway.url.host}\r\n\r\n`)

  await eventually(() => expect(sent.isWaiting).toBe(true))
  await new Promise((resolve) => setTimeout(resolve, 300))

  // What stands in the buffers of two connections; 400 MB would come if nobody waited.
  expect(sent.bytes).toBeLessThan(40_000_000)
  socket.destroy()
})

test('a stop sends what is under way, and cuts what does not end in time', async () => {
  const {gateway, ask, prompt, simulator} = await startTestGateway()
  const paced = prompt('hello [simulator delay-ms=20]', {stream: true}).then((one) => one.text())
  await eventually(() => expect(findAnswers(simulator)).toHaveLength(1))

  await gateway.stop(10_000)

  expect(await paced).toContain('response.completed')
  await expect(ask('/health')).rejects.toThrow('fetch failed')

  const other = await startTestGateway()
  other.simulator.addFault({endpoint: 'responses', kind: 'stall', afterEvents: 2})
  const stalled = other.prompt('hello', {stream: true}).then((one) => one.text())
  const outcome = stalled.then(
    () => 'whole',
    () => 'cut',
  )
  await eventually(() => expect(findAnswers(other.simulator)).toHaveLength(1))
  await other.gateway.stop(0)
  expect(await outcome).toBe('cut')
})

/** Beside them, the engine asks for models and usage when it likes. */
function findAnswers({requests}: Pick<Simulator, 'requests'>) {
  return requests.filter(({path}) => path.endsWith('/responses'))
}
