import {expect, test} from 'vitest'
import type {Simulator, SimulatorOptions} from '../../../src/simulator/start-simulator.ts'
import {eventually} from '../../support/eventually.ts'
import {startTestSimulator, userMessage} from '../../support/servers/ask-simulator.ts'
import {openSocket, refusedUpgrade, type SocketEvent} from '../../support/servers/open-socket.ts'

const FIELDS = {model: 'gpt-5.5', instructions: 'Be brief.', stream: true, store: false}

async function start(options: SimulatorOptions = {}) {
  const simulator = await startTestSimulator({webSocket: true, ...options})
  const {access_token: token} = await simulator.issueTokens()
  const headers = {authorization: `Bearer ${token}`}
  const url = new URL('/backend-api/codex/responses', simulator.url)
  return {simulator, url, headers, open: () => openSocket(url, {headers})}
}

const toTypes = (events: readonly SocketEvent[]) => events.map(({type}) => type)

const toText = (events: readonly SocketEvent[]) =>
  events.flatMap(({type, delta}) => (type === 'response.output_text.delta' ? [delta] : [])).join('')

const idOf = (events: readonly SocketEvent[]) =>
  (events.at(-1)?.['response'] as {id: string} | undefined)?.id

const asked = ({requests}: Simulator) =>
  requests.filter(({method}) => method === 'MESSAGE').map(({body, headers}) => ({body, headers}))

test('a warm-up has an answer without words, and the first turn goes on from it with what is new', async () => {
  const {open, simulator} = await start()
  const client = await open()

  const input = [userMessage('hello')]
  const warm = await client.create({...FIELDS, generate: false, input})
  const first = await client.create({...FIELDS, previous_response_id: idOf(warm), input: []})
  const more = [userMessage('and you')]
  const second = await client.create({...FIELDS, previous_response_id: idOf(first), input: more})

  expect(toTypes(warm)).toEqual([
    'response.metadata',
    'response.created',
    'response.in_progress',
    'codex.rate_limits',
    'response.completed',
  ])
  expect(toText(first)).toBe('gpt-5.5 (medium) heard: hello')
  expect(toText(second)).toBe('gpt-5.5 (medium) heard: and you')
  const last = asked(simulator).at(-1)
  expect(last?.body).toMatchObject({
    input: [{role: 'user'}, {type: 'reasoning'}, {role: 'assistant'}, {role: 'user'}],
  })
  expect(last?.headers).toMatchObject({
    'x-simulator-connection': '1',
    'x-simulator-new-items': '1',
  })
  // Only what is generated costs anything.
  expect(simulator.counts).toMatchObject({'responses-message': {200: 3}})
})

test('another connection knows nothing of a response, and neither does one whose answer failed', async () => {
  const {open, simulator} = await start()
  const client = await open()
  const first = await client.create({...FIELDS, input: [userMessage('hello')]})
  const other = await open()

  const foreign = await other.create({...FIELDS, previous_response_id: idOf(first), input: []})
  const error = {code: 'server_is_overloaded', message: 'No'}
  simulator.addFault({endpoint: 'responses-message', kind: 'response-failed', error})
  const input = [userMessage('on')]
  const failed = await client.create({...FIELDS, previous_response_id: idOf(first), input})
  const behind = await client.create({...FIELDS, previous_response_id: idOf(first), input})

  expect(foreign).toMatchObject([
    {type: 'error', status: 400, error: {code: 'previous_response_not_found'}},
  ])
  expect(toTypes(failed).at(-1)).toBe('response.failed')
  expect(behind).toMatchObject([{error: {code: 'previous_response_not_found'}}])
})

test('names of headers in the metadata count as headers', async () => {
  const {open, simulator} = await start()
  const client = await open()

  await client.create({
    ...FIELDS,
    input: [userMessage('hello')],
    client_metadata: {
      'x-codex-turn-state': 'state-1',
      ws_request_header_x_openai_internal_codex_responses_lite: 'true',
    },
  })

  expect(asked(simulator)[0]?.headers).toMatchObject({
    'x-codex-turn-state': 'state-1',
    'x-openai-internal-codex-responses-lite': 'true',
  })
  expect(client.events[0]).toEqual({
    type: 'response.metadata',
    headers: {'x-codex-turn-state': 'state-1'},
  })
})

test('faults close it, drop it, refuse in a message, or send what is no text', async () => {
  const {open, simulator} = await start()
  const endpoint = 'responses-message'
  const ask = async () => {
    const client = await open()
    const events = await client.create({...FIELDS, input: [userMessage('hello')]})
    await eventually(() => expect(client.closeCode ?? events.at(-1)?.type).toBeDefined())
    return {closeCode: client.closeCode, types: toTypes(events), last: events.at(-1)}
  }
  const body = {error: {type: 'usage_limit_reached', message: 'Full'}}
  const headers = {'x-codex-primary-used-percent': '100', 'x-other': '1'}
  simulator.addFault({endpoint, kind: 'close', code: 1012})
  simulator.addFault({endpoint, kind: 'close', code: 1009, afterEvents: 1})
  simulator.addFault({endpoint, kind: 'cut', afterEvents: 1})
  simulator.addFault({endpoint, kind: 'status', status: 429, body, headers})
  simulator.addFault({endpoint, kind: 'binary-message', atEvent: 1})

  const early = await ask()
  const late = await ask()
  const cut = await ask()
  const refused = await ask()
  const binary = await ask()

  expect([early.closeCode, late.closeCode, cut.closeCode]).toEqual([1012, 1009, 1006])
  expect(late.types).toEqual(['response.metadata', 'response.created'])
  expect(refused.last).toMatchObject({
    type: 'error',
    status: 429,
    error: {type: 'usage_limit_reached', message: 'Full'},
    headers: {'x-codex-primary-used-percent': '100'},
  })
  expect(refused.last?.['headers']).not.toHaveProperty('x-other')
  expect(binary.types.slice(0, 3)).toEqual(['response.metadata', 'response.created', 'binary'])
})

test('it is refused like a request, takes no message that is too large, and ends with its age', async () => {
  let nowMs = Date.now()
  const limits = {maxAgeMs: 60_000, maxMessageBytes: 5000}
  const {headers, open, simulator, url} = await start({webSocket: limits, now: () => nowMs})
  simulator.addFault({endpoint: 'responses-upgrade', kind: 'status', status: 503, body: 'No'})

  const faulty = await refusedUpgrade(url, {headers})
  const stranger = await refusedUpgrade(url)
  const old = await open()
  const large = await open()
  large.send({type: 'response.create', ...FIELDS, input: [userMessage('x'.repeat(5000))]})
  await eventually(() => expect(large.closeCode).toBe(1009))
  nowMs += 60_001
  const late = await old.create({...FIELDS, input: [userMessage('hello')]})

  expect(faulty).toEqual({status: 503, text: 'No'})
  expect(stranger.status).toBe(401)
  expect(late).toMatchObject([{error: {code: 'websocket_connection_limit_reached'}}])
  expect(simulator.counts['responses-upgrade']).toEqual({503: 1, 401: 1, opened: 2})
})

test('it is asked one thing at a time, ignores what older clients say, and is off by itself', async () => {
  const {open, simulator} = await start()
  const client = await open()
  simulator.addFault({endpoint: 'responses-message', kind: 'stall'})
  const input = [userMessage('hello')]

  client.send({type: 'response.processed', response_id: 'resp_1'})
  client.send({type: 'response.create', ...FIELDS, input})
  client.send({type: 'response.create', ...FIELDS, input})
  await eventually(() => expect(client.events).toHaveLength(1))
  const off = await start({webSocket: false})
  const refused = await refusedUpgrade(off.url, {headers: off.headers})

  expect(client.events).toMatchObject([{type: 'error', error: {code: 'response_in_progress'}}])
  expect(refused).toEqual({status: 426, text: '{"detail":"Upgrade Required"}'})
})
