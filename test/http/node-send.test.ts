import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {setImmediate} from 'node:timers/promises'
import {brotliCompressSync, deflateSync, gzipSync} from 'node:zlib'
import {afterEach, expect, test} from 'vitest'
import {NodeBody} from '../../src/http/node-body.ts'
import {createNodeSend} from '../../src/http/node-send.ts'
import type {ReceivedAnswer, SentRequest} from '../../src/http/send.ts'

/** Answers are read as those of `fetch` are, with all that can happen on the way. */

const servers: ReturnType<typeof createServer>[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

async function start(answer: Answer): Promise<string> {
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/way?to=it`
}

const REQUEST: SentRequest = {
  method: 'POST',
  redirect: 'manual',
  headers: {'x-mine': 'yes'},
  body: Buffer.from('Hi'),
}

function send(url: string, request: Partial<SentRequest> = {}): Promise<ReceivedAnswer> {
  return createNodeSend({headTimeoutMs: 60_000})(url, {...REQUEST, ...request})
}

async function readAll({body}: Pick<ReceivedAnswer, 'body'>): Promise<string> {
  const reader = body!.getReader()
  const parts: Uint8Array[] = []
  for (;;) {
    const {done, value} = await reader.read()
    if (value) parts.push(value)
    if (done) return Buffer.concat(parts).toString()
  }
}

test('a request is sent as it is, and its answer comes with status, headers and body', async () => {
  const url = await start(async (incoming, outgoing) => {
    const {headers, method, url: path} = incoming
    const seen = [method, path, headers['x-mine'], headers['accept-encoding']]
    outgoing.writeHead(418, {'x-one': 'a', 'set-cookie': ['b', 'c']})
    outgoing.end(JSON.stringify([...seen, await text(incoming)]))
  })

  const answer = await send(url)

  expect([answer.ok, answer.status]).toEqual([false, 418])
  const names = ['x-one', 'set-cookie', 'x-two']
  expect(names.map((name) => answer.headers.get(name))).toEqual(['a', 'b, c', null])
  expect(names.map((name) => answer.headers.has(name))).toEqual([true, true, false])
  expect([...answer.headers.keys()]).toContain('x-one')
  expect(JSON.parse(await readAll(answer))).toEqual(['POST', '/way?to=it', 'yes', null, 'Hi'])
})

test('one connection serves one request after the other', async () => {
  const ports = new Set<number | undefined>()
  const url = await start((incoming, outgoing) => {
    ports.add(incoming.socket.remotePort)
    outgoing.end('Hello')
  })
  const sendAgain = createNodeSend({headTimeoutMs: 60_000})

  for (const _ of [1, 2, 3]) expect(await readAll(await sendAgain(url, REQUEST))).toBe('Hello')

  expect(ports.size).toBe(1)
})

test.for([
  ['gzip', gzipSync('Hello')],
  ['deflate', deflateSync('Hello')],
  ['br', brotliCompressSync('Hello')],
] as const)('an answer that comes as %s all the same is decoded', async ([encoding, bytes]) => {
  const url = await start((_, outgoing) => {
    outgoing.writeHead(200, {'content-encoding': encoding}).end(bytes)
  })

  expect(await readAll(await send(url))).toBe('Hello')
})

test('an answer that is cut off is an error behind what has come', async () => {
  const url = await start((_, outgoing) => {
    outgoing.write('Hel')
    setTimeout(() => outgoing.destroy(), 20)
  })
  const {body} = await send(url)
  const reader = body!.getReader()

  expect(Buffer.from((await reader.read()).value!).toString()).toBe('Hel')
  await expect(reader.read()).rejects.toThrow(/aborted|closed/)
  await expect(reader.read()).rejects.toThrow(/aborted|closed/)
})

test('a server is given up that does not begin to answer in time, or cannot be reached', async () => {
  const url = await start(() => {})
  const sendSoon = createNodeSend({headTimeoutMs: 20})

  await expect(sendSoon(url, REQUEST)).rejects.toMatchObject({name: 'TimeoutError'})
  await expect(send('http://127.0.0.1:1/')).rejects.toMatchObject({code: 'ECONNREFUSED'})
})

test('an abort closes the connection, before the head of the answer and behind it', async () => {
  const closed: Promise<unknown>[] = []
  const url = await start((incoming, outgoing) => {
    closed.push(once(outgoing, 'close'))
    if (incoming.headers['x-mine'] === 'head') outgoing.write('Hel')
  })
  const early = new AbortController()
  const late = new AbortController()
  const waiting = send(url, {signal: early.signal})
  const {body} = await send(url, {signal: late.signal, headers: {'x-mine': 'head'}})
  const reader = body!.getReader()
  await reader.read()

  early.abort(new Error('Enough'))
  late.abort(new Error('Enough'))

  await expect(waiting).rejects.toThrow('Enough')
  await expect(reader.read()).rejects.toThrow(/aborted|closed/)
  await expect(send(url, {signal: late.signal})).rejects.toThrow('Enough')
  await Promise.all(closed)
  expect(closed).toHaveLength(2)
})

test('who cancels ends the read that waits, and the connection', async () => {
  const closed: Promise<unknown>[] = []
  const url = await start((_, outgoing) => {
    closed.push(once(outgoing, 'close'))
    outgoing.write('Hel')
  })
  const {body} = await send(url)
  const reader = body!.getReader()
  await reader.read()
  const waiting = reader.read()

  await reader.cancel()

  expect([await waiting, await reader.read()]).toEqual([{done: true}, {done: true}])
  await closed[0]
})

test('no more is taken from a server than a little, until somebody reads', async () => {
  const taken = {bytes: 0}
  const stream = new Readable({
    read() {
      taken.bytes += 4096
      this.push(taken.bytes > 400_000 ? null : Buffer.alloc(4096))
    },
  })
  const body = new NodeBody(stream)

  await setImmediate()
  await setImmediate()

  // What waits here, and what waits in the stream.
  expect(taken.bytes).toBeLessThan(100_000)
  const answer = await readAll({body})
  expect(answer).toHaveLength(397_312)
})
