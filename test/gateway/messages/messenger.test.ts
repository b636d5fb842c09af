import {expect, test} from 'vitest'
import {createMessenger, toShownAddress} from '../../../src/gateway/messages/messenger.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import type {Receiver} from '../../../src/gateway/rules/rules.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'

const HOOK: Receiver = {
  id: 'r1',
  kind: 'webhook',
  url: 'https://hooks.example/T0/s3cr3t',
  topics: ['exhausted', 'back'],
}
const NTFY: Receiver = {...HOOK, id: 'r2', kind: 'ntfy', url: 'https://ntfy.example/s3cr3t'}

const MESSAGE = {
  topic: 'exhausted',
  text: 'All is used up.',
  atMs: Date.UTC(2026, 10, 20, 12),
  untilMs: Date.UTC(2026, 10, 20, 17),
} as const

function start(receivers: readonly Receiver[], answers: (Response | Error)[] = []) {
  const sent: {url: string; body: string; headers: Headers; redirect: unknown}[] = []
  const pauses: number[] = []
  const {log, lines} = createMemoryLog()
  const fetch: FetchFunction = async (input, init) => {
    const {body, redirect} = init ?? {}
    const url = new Request(input).url
    sent.push({
      url,
      body: typeof body === 'string' ? body : '',
      headers: new Headers(init?.headers),
      redirect,
    })
    const answer = answers.shift() ?? new Response()
    if (answer instanceof Error) throw answer
    return answer
  }
  const messenger = createMessenger({
    fetch,
    log,
    receivers: () => receivers,
    delay: async (milliseconds) => void pauses.push(milliseconds),
  })
  return {lines, messenger, pauses, sent}
}

test('a webhook gets JSON, ntfy a text, and nobody what he did not ask for', async () => {
  const {messenger, sent} = start([HOOK, NTFY, {...HOOK, id: 'r3', topics: ['switched']}])

  messenger.send(MESSAGE)
  await messenger.settle()

  expect(sent.map(({url}) => url)).toEqual([HOOK.url, NTFY.url])
  expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
    topic: 'exhausted',
    text: 'All is used up.',
    at: '2026-11-20T12:00:00.000Z',
    until: '2026-11-20T17:00:00.000Z',
  })
  expect(sent[1]?.body).toBe('All is used up.')
  expect(sent[1]?.headers.get('title')).toBe('All Codex accounts are used up')
})

test('a receiver that fails for now is tried again, later each time, and given up at last', async () => {
  const failures = [500, 429, 503, 502].map((status) => new Response(null, {status}))
  const {lines, messenger, pauses, sent} = start([HOOK], failures)

  messenger.send(MESSAGE)
  await messenger.settle()

  expect(sent).toHaveLength(4)
  expect(pauses).toEqual([1000, 10_000, 60_000])
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('HTTP 502')
  expect(lines[0]).not.toContain('s3cr3t')
})

test('a lost connection is tried again, and the next message waits for its turn', async () => {
  const {messenger, sent} = start([HOOK], [new TypeError('fetch failed')])

  messenger.send(MESSAGE)
  messenger.send({...MESSAGE, topic: 'back'})
  await messenger.settle()

  expect(sent.map(({body}) => (JSON.parse(body) as {topic: string}).topic)).toEqual([
    'exhausted',
    'exhausted',
    'back',
  ])
})

test('a redirect is not followed, and what is refused is not sent again', async () => {
  const {messenger, sent} = start([HOOK], [new Response(null, {status: 302})])

  messenger.send(MESSAGE)
  await messenger.settle()

  expect(sent).toHaveLength(1)
  expect(sent[0]?.redirect).toBe('manual')
})

test('messages to a receiver that takes its time do not pile up without end', async () => {
  const {messenger, sent} = start([HOOK])

  for (let count = 0; count < 500; count += 1) messenger.send(MESSAGE)
  await messenger.settle()

  expect(sent).toHaveLength(101)
})

test('an address is shown without its secret', () => {
  expect(toShownAddress(HOOK.url)).toBe('https://hooks.example/…')
})
