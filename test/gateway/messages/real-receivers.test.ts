import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'
import {expect, onTestFinished, test} from 'vitest'
import {createMessenger, deliver} from '../../../src/gateway/messages/messenger.ts'
import type {Receiver} from '../../../src/gateway/rules/rules.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'

/** Messages over real sockets, to servers that answer as the documentation of ntfy says. */

const MESSAGE = {
  topic: 'exhausted',
  text: 'Zoë’s accounts are used up until 17:00.',
  atMs: 0,
} as const

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> | void

async function startReceiver(...answers: readonly Answer[]) {
  const seen: {
    readonly url: string
    readonly headers: IncomingMessage['headers']
    readonly body: string
  }[] = []
  const receive: Answer = async (incoming, outgoing) => {
    const {headers, url = ''} = incoming
    seen.push({url, headers, body: await text(incoming)})
    const answer = answers[seen.length - 1] ?? answers.at(-1)
    await answer?.(incoming, outgoing)
  }
  const server = createServer((incoming, outgoing) => void receive(incoming, outgoing))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {seen, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`}
}

const take: Answer = (_incoming, outgoing) => {
  outgoing.end('{"id":"1","event":"message","topic":"codex"}')
}

/** As ntfy does for somebody who may not publish, and for too many messages at once. */
function refuse(status: number): Answer {
  return (_incoming, outgoing) => {
    outgoing.writeHead(status).end(`{"code":${status}01,"http":${status},"error":"no"}`)
  }
}

const cut: Answer = (incoming) => {
  incoming.socket.destroy()
}

const lead: Answer = (_incoming, outgoing) => {
  outgoing.writeHead(302, {location: '/elsewhere'}).end()
}

function toReceiver(url: string, kind: Receiver['kind'] = 'ntfy'): Receiver {
  return {id: 'r', kind, url, topics: ['exhausted']}
}

test('ntfy gets title, priority and tag as headers, the text whole, and a token of the address as its login', async () => {
  const {origin, seen} = await startReceiver(take)
  const url = `${origin.replace('//', '//:tk_secret@')}/codex`

  const delivery = await deliver(toReceiver(url), MESSAGE, {fetch})

  expect(delivery).toEqual({kind: 'delivered'})
  expect(seen).toMatchObject([
    {
      url: '/codex',
      body: 'Zoë’s accounts are used up until 17:00.',
      headers: {
        title: 'All Codex accounts are used up',
        priority: '4',
        tags: 'warning',
        authorization: `Basic ${Buffer.from(':tk_secret').toString('base64')}`,
      },
    },
  ])
})

test.for([
  ['too many messages', refuse(429), 4],
  ['an overloaded server', refuse(503), 4],
  ['a cut connection', cut, 4],
  ['somebody who may not publish', refuse(403), 1],
  ['a topic that does not exist', refuse(404), 1],
  ['a redirect', lead, 1],
] as const)('after %s there are no more tries than are worth it', async ([, answer, tries]) => {
  const {origin, seen} = await startReceiver(answer)
  const {lines, log} = createMemoryLog()
  const pauses: number[] = []
  const messenger = createMessenger({
    fetch,
    log,
    receivers: () => [toReceiver(`${origin}/t0p-s3cr3t`)],
    delay: async (milliseconds) => void pauses.push(milliseconds),
  })

  messenger.send(MESSAGE)
  await messenger.settle()

  expect(seen.map(({url}) => url)).toEqual(Array(tries).fill('/t0p-s3cr3t'))
  expect(pauses).toEqual([1000, 10_000, 60_000].slice(0, tries - 1))
  expect(lines.filter((line) => line.includes('not delivered'))).toHaveLength(1)
  expect(lines.join()).not.toContain('s3cr3t')
})

test('a receiver that is back gets the message once', async () => {
  const {origin, seen} = await startReceiver(refuse(502), take)
  const {lines, log} = createMemoryLog()
  const receivers = () => [toReceiver(origin, 'webhook')]
  const messenger = createMessenger({fetch, log, receivers, delay: async () => {}})

  messenger.send(MESSAGE)
  await messenger.settle()

  expect(seen.map(({body}) => JSON.parse(body) as unknown)).toMatchObject([
    {topic: 'exhausted', text: MESSAGE.text},
    {topic: 'exhausted', text: MESSAGE.text},
  ])
  expect(lines).toEqual([])
})
