import {expect, test} from 'vitest'
import type {ClientCheck} from '../../../src/gateway/exchange/exchange.ts'
import {eventually} from '../../support/eventually.ts'
import {startTestGateway, type TestGateway} from '../../support/gateway/start-gateway.ts'
import {userMessage} from '../../support/servers/ask-simulator.ts'
import {openSocket, refusedUpgrade, type SocketEvent} from '../../support/servers/open-socket.ts'

const FIELDS = {model: 'gpt-5.5', instructions: 'Be brief.', stream: true, store: false}
const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}

const urlOf = ({gateway}: TestGateway) => new URL('/v1/responses', gateway.url)

const toText = (events: readonly SocketEvent[]) =>
  events.flatMap(({type, delta}) => (type === 'response.output_text.delta' ? [delta] : [])).join('')

const idOf = (events: readonly SocketEvent[]) =>
  (events.at(-1)?.['response'] as {id: string} | undefined)?.id

const answeredBy = ({simulator}: TestGateway) =>
  simulator.requests.flatMap(({account, method, status}) =>
    method === 'POST' && status === 200 ? [account] : [],
  )

test('a warm-up costs nothing, and turns that say only what is new are asked as a whole', async () => {
  const story = await startTestGateway()
  const client = await openSocket(urlOf(story))

  const warm = await client.create({...FIELDS, generate: false, input: [userMessage('hello')]})
  const before = story.simulator.requests.length
  const first = await client.create({...FIELDS, previous_response_id: idOf(warm), input: []})
  const input = [userMessage('and you')]
  const second = await client.create({...FIELDS, previous_response_id: idOf(first), input})

  expect(warm.map(({type}) => type)).toEqual(['response.created', 'response.completed'])
  expect(warm[1]?.['response']).toMatchObject({object: 'response', status: 'completed', output: []})
  expect(before).toBe(0)
  expect([toText(first), toText(second)]).toEqual([
    'gpt-5.5 (medium) heard: hello',
    'gpt-5.5 (medium) heard: and you',
  ])
  expect(story.simulator.requests.at(-1)?.body).toMatchObject({
    input: [{role: 'user'}, {type: 'reasoning'}, {role: 'assistant'}, {role: 'user'}],
  })
})

test('it goes on while the accounts run out, and says so when all are out', async () => {
  const story = await startTestGateway()
  const client = await openSocket(urlOf(story))

  const first = await client.create({...FIELDS, input: [userMessage('one')]})
  story.simulator.changeAccount('ada@example.com', SPENT)
  const input = [userMessage('two')]
  const second = await client.create({...FIELDS, previous_response_id: idOf(first), input})
  story.simulator.changeAccount('bob@example.com', SPENT)
  const third = await client.create({...FIELDS, previous_response_id: idOf(second), input})

  expect(answeredBy(story)).toEqual(['ada@example.com', 'bob@example.com'])
  expect(toText(second)).toBe('gpt-5.5 (medium) heard: two')
  expect(third).toMatchObject([{type: 'error', status: 429, error: {type: 'usage_limit_reached'}}])
  expect(third[0]?.['headers']).toMatchObject({'x-codex-primary-used-percent': '100'})
})

test('an overload before the first word is asked again, and a break behind it asks for everything', async () => {
  const story = await startTestGateway({engineOptions: {delay: async () => {}}})
  const client = await openSocket(urlOf(story))
  const endpoint = 'responses'
  const error = {code: 'server_is_overloaded', message: 'No'}
  story.simulator.addFault({endpoint, kind: 'response-failed', error, times: 2})

  const asked = await client.create({...FIELDS, input: [userMessage('one')]})
  story.simulator.addFault({endpoint, kind: 'cut', afterEvents: 12})
  const broken = await client.create({...FIELDS, input: [userMessage('two three four five six')]})
  const behind = await client.create({...FIELDS, previous_response_id: idOf(asked), input: []})

  expect(asked.map(({type}) => type)).not.toContain('error')
  expect(toText(asked)).toContain('heard: one')
  expect(broken.at(-1)).toMatchObject({type: 'error', status: 503})
  expect(behind).toMatchObject([
    {type: 'error', status: 400, error: {code: 'previous_response_not_found'}},
  ])
})

test('who may not ask by HTTP may not upgrade, and other addresses have no WebSocket', async () => {
  const check: ClientCheck = {kind: 'refused', status: 401, message: 'Show a key.'}
  const checkClient = ({headers}: {headers: {authorization?: string | undefined}}) =>
    headers.authorization === 'Bearer key'
      ? ({kind: 'client', client: {id: 'k', name: 'k', class: 'interactive'}} as const)
      : check
  const story = await startTestGateway({checkClient})
  const url = urlOf(story)
  const headers = {authorization: 'Bearer key'}
  const off = await startTestGateway({webSocket: 'off'})

  const refused = await Promise.all([
    refusedUpgrade(url),
    refusedUpgrade(url, {headers: {...headers, host: 'evil.example'}}),
    refusedUpgrade(url, {headers, origin: 'https://evil.example'}),
    refusedUpgrade(new URL('/v1/models', url), {headers}),
    refusedUpgrade(urlOf(off)),
  ])
  const {socket} = await openSocket(new URL('/backend-api/codex/responses', url), {
    headers: {...headers, 'sec-websocket-protocol': 'chat'},
  }).catch(() => ({socket: undefined}))
  const plain = await openSocket(url, {headers})

  expect(refused.map(({status}) => status)).toEqual([401, 403, 403, 426, 426])
  // No protocol is agreed on, and no compression.
  expect(socket?.protocol).toBe('')
  expect(plain.socket.extensions).toBe('')
})

test('a key that was revoked meanwhile is refused with the next message', async () => {
  const keys = {isRevoked: false}
  const client = {id: 'k', name: 'k', class: 'interactive'} as const
  const message = 'This key was revoked.'
  const story = await startTestGateway({
    checkClient: () =>
      keys.isRevoked ? {kind: 'refused', status: 401, message} : {kind: 'client', client},
  })
  const socket = await openSocket(urlOf(story))
  await socket.create({...FIELDS, input: [userMessage('one')]})
  keys.isRevoked = true

  const refused = await socket.create({...FIELDS, input: [userMessage('two')]})

  expect(refused).toMatchObject([{type: 'error', status: 400, error: {message}}])
  expect(answeredBy(story)).toHaveLength(1)
})

test('the official client is told a refusal as the end of its turn, others as an error', async () => {
  const story = await startTestGateway()
  const codex = await openSocket(urlOf(story), {headers: {originator: 'codex_exec'}})
  const other = await openSocket(urlOf(story))
  const error = {code: 'context_length_exceeded', message: 'Too long.'}
  const refuse = (body: object, times: number) =>
    story.simulator.addFault({endpoint: 'responses', kind: 'status', status: 400, body, times})

  refuse({detail: 'Not for you.'}, 2)
  const refused = await codex.create({...FIELDS, input: [userMessage('one')]})
  const refusedOther = await other.create({...FIELDS, input: [userMessage('one')]})
  refuse({error}, 1)
  const tooLong = await codex.create({...FIELDS, input: [userMessage('one')]})

  expect(refused).toMatchObject([
    {
      type: 'response.failed',
      response: {status: 'failed', error: {code: 'invalid_prompt', message: 'Not for you.'}},
    },
  ])
  expect(refusedOther).toMatchObject([
    {type: 'error', status: 400, error: {message: 'Not for you.'}},
  ])
  expect(tooLong).toMatchObject([{response: {error: {code: 'context_length_exceeded'}}}])
})

test('messages are text, of a limited size, one at a time, and wait for each other', async () => {
  const story = await startTestGateway({maxBodyBytes: 5000})
  const large = await openSocket(urlOf(story))
  const binary = await openSocket(urlOf(story))
  const client = await openSocket(urlOf(story))

  large.send({type: 'response.create', ...FIELDS, input: 'x'.repeat(5000)})
  binary.socket.send(Buffer.from('{}'), {binary: true})
  client.send({type: 'response.processed', response_id: 'resp_1'})
  for (const text of ['one', 'two', 'three']) {
    client.send({type: 'response.create', ...FIELDS, input: text})
  }
  await eventually(() => {
    expect(large.closeCode).toBe(1009)
    expect(binary.closeCode).toBe(1003)
    expect(client.events.filter(({type}) => type === 'response.completed')).toHaveLength(2)
  })

  expect(client.events.filter(({type}) => type === 'error')).toMatchObject([
    {status: 400, error: {code: 'response_in_progress'}},
  ])
  expect(toText(client.events)).toBe('gpt-5.5 (medium) heard: onegpt-5.5 (medium) heard: two')
})

test('while nothing comes, it gives signs of life', async () => {
  const story = await startTestGateway({keepAliveMs: 20})
  story.simulator.addFault({endpoint: 'responses', kind: 'stall'})
  const client = await openSocket(urlOf(story))

  client.send({type: 'response.create', ...FIELDS, input: 'one'})
  await eventually(() => expect(client.events.length).toBeGreaterThan(1))

  expect(client.events[0]).toEqual({type: 'codex.keepalive'})
  // A client that leaves ends its request at the backend.
  client.socket.terminate()
  await eventually(() => expect(story.gateway.openRequests).toBe(0))
  await eventually(() => expect(story.simulator.requests[0]?.closedEarly).toBe(true))
})

test('a stop waits for the answer under way, and takes leave with 1012', async () => {
  const story = await startTestGateway()
  const idle = await openSocket(urlOf(story))
  const busy = await openSocket(urlOf(story))
  const text = '[simulator deltas=10 delay-ms=20]'
  const answered = busy.create({...FIELDS, input: text})
  await eventually(() => expect(busy.events.length).toBeGreaterThan(0))

  const stopped = story.gateway.stop(10_000)
  const events = await answered
  await stopped
  await eventually(() => expect([idle.closeCode, busy.closeCode]).toEqual([1012, 1012]))

  expect(events.at(-1)?.type).toBe('response.completed')
})
