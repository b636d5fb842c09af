import {WebSocket} from 'undici'
import {expect, onTestFinished, test} from 'vitest'
import type {OpenSocket} from '../../../../src/responses/transport/websocket/backend-socket.ts'
import {createSocketSend} from '../../../../src/responses/transport/websocket/create-socket-send.ts'
import {openBackendSocket} from '../../../../src/responses/transport/websocket/open-backend-socket.ts'
import {
  createGlobalOpener,
  type WebSocketClass,
} from '../../../../src/responses/transport/websocket/open-global-socket.ts'
import {createNodeSend} from '../../../../src/http/node-send.ts'
import type {SimulatorOptions} from '../../../../src/simulator/start-simulator.ts'
import {eventually} from '../../../support/eventually.ts'
import {startTestGateway} from '../../../support/gateway/start-gateway.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'

/** From a caller that says everything by HTTP to a backend that is told what is new on a WebSocket. */

const TOOLS = [{type: 'function', name: 'weather', parameters: {type: 'object', properties: {}}}]
const CONVERSATION = {prompt_cache_key: 'thread-1', tools: TOOLS}
const SPENT = {primary: {usedPercent: 100, resetAfterSeconds: 7200}}

async function start(options: SimulatorOptions = {}, open: OpenSocket = openBackendSocket) {
  const clock = {skippedMs: 0}
  const {log} = createMemoryLog()
  const way = createSocketSend({
    send: createNodeSend({headTimeoutMs: 60_000}),
    open,
    now: () => Date.now() + clock.skippedMs,
    log,
    firstMessageMs: 60_000,
  })
  onTestFinished(() => way.close())
  const accounts = [{email: 'ada@example.com'}, {email: 'bob@example.com'}]
  const story = await startTestGateway({
    simulator: {webSocket: true, accounts, ...options},
    engineOptions: {send: way.send, delay: async () => {}},
  })
  // What is known of the models is part of each request.
  await story.engine.liveModels.reload()
  const said: object[] = []
  /** Says something, with all that was said before. */
  const say = async (text: string, fields: object = {}) => {
    if (text !== '') said.push({role: 'user', content: text})
    const response = await story.prompt('', {...CONVERSATION, input: said, ...fields})
    const body = (await response.json()) as {output?: object[]}
    said.push(...(body.output ?? []))
    return response.status
  }
  const sent = () =>
    story.simulator.requests.flatMap(({account, body, fault, headers, method}) => {
      if (method !== 'MESSAGE' && method !== 'POST') return []
      const items = headers['x-simulator-new-items']
      const all = (body as {input: unknown[]} | undefined)?.input.length
      return [{account, fault, method, items: items && Number(items), all, headers}]
    })
  const steps = () =>
    sent().map(({all, headers, items, method}) =>
      method === 'POST' ? 'POST' : `${headers['x-simulator-connection']}: ${items} of ${all}`,
    )
  return {...story, clock, said, say, sent, steps, way}
}

test.each([
  ['of the library', openBackendSocket],
  ['of Node', createGlobalOpener(WebSocket as unknown as WebSocketClass)],
])('one conversation stays on one connection %s, and says only what is new', async (_, open) => {
  const {say, sent, steps} = await start({}, open)

  const statuses = [await say('one'), await say('two'), await say('three')]

  expect(statuses).toEqual([200, 200, 200])
  expect(steps()).toEqual(['1: 1 of 1', '1: 1 of 4', '1: 1 of 7'])
  expect(sent()[0]?.headers).toMatchObject({
    'openai-beta': 'responses_websockets=2026-02-06',
    originator: 'codex_cli_rs',
    'session-id': 'thread-1',
  })
})

test('what is not proven equal is said as a whole: another past, or other tools', async () => {
  const {said, say, steps} = await start()
  await say('one')

  said[0] = {role: 'user', content: 'One, in other words'}
  await say('two')
  await say('three', {tools: [...TOOLS, {type: 'function', name: 'other', parameters: null}]})

  expect(steps()).toEqual(['1: 1 of 1', '1: 4 of 4', '1: 7 of 7'])
})

test('another account has a connection of its own, and is told everything it can read', async () => {
  const {say, sent, simulator, steps} = await start()
  await say('one')
  simulator.changeAccount('ada@example.com', SPENT)

  const status = await say('two')
  await say('three')

  expect(status).toBe(200)
  expect(sent().map(({account}) => account?.slice(0, 3))).toEqual(['ada', 'ada', 'bob', 'bob'])
  // The reasoning of ada's account is left out.
  expect(steps().slice(2)).toEqual(['2: 3 of 3', expect.stringMatching(/^2: \d of \d$/)])
})

test('what the backend has forgotten, or a connection that is too old, is said again on a new one', async () => {
  const {clock, say, simulator, steps} = await start()
  await say('one')
  const error = {code: 'previous_response_not_found', message: 'Not found'}
  simulator.addFault({endpoint: 'responses-message', kind: 'status', status: 400, body: {error}})

  const status = await say('two')
  clock.skippedMs += 301_000
  await say('three')

  expect(status).toBe(200)
  expect(steps()).toEqual(['1: 1 of 1', '1: 1 of undefined', '2: 4 of 4', '3: 7 of 7'])
})

test('a drop before the first event is tried again, and the second one leads to HTTP', async () => {
  const {say, simulator, steps} = await start()
  simulator.addFault({endpoint: 'responses-message', kind: 'close', code: 1011, times: 3})

  const status = await say('one')
  await say('two')

  expect(status).toBe(200)
  expect(steps().slice(-2)).toEqual(['POST', 'POST'])
  expect(steps()).toHaveLength(4)
})

test.each([
  ['1009', {kind: 'close', code: 1009, endpoint: 'responses-message'}],
  ['426', {kind: 'status', status: 426, endpoint: 'responses-upgrade'}],
] as const)('%s leads to HTTP at once', async (_, fault) => {
  const {say, simulator, steps} = await start()
  simulator.addFault(fault)

  const statuses = [await say('one'), await say('two')]

  expect(statuses).toEqual([200, 200])
  expect(steps().slice(-2)).toEqual(['POST', 'POST'])
})

test('a refusal to the WebSocket of Node leads to HTTP', async () => {
  const {say, simulator, steps} = await start(
    {},
    createGlobalOpener(WebSocket as unknown as WebSocketClass),
  )
  simulator.addFault({kind: 'status', status: 503, endpoint: 'responses-upgrade', times: 9})

  const statuses = [await say('one'), await say('two')]

  expect(statuses).toEqual([200, 200])
  expect(steps().slice(-2)).toEqual(['POST', 'POST'])
})

test('a question without tools and without a past is not worth a connection', async () => {
  const {say, steps} = await start()

  await say('one', {tools: undefined})
  await say('two', {tools: undefined})

  expect(steps()).toEqual(['POST', '1: 4 of 4'])
})

test('a limit reads like a limit', async () => {
  const {say, sent, simulator} = await start()
  for (const {email} of simulator.accounts) simulator.changeAccount(email, SPENT)

  const status = await say('one')

  expect(status).toBe(429)
  expect(sent().map(({method}) => method)).toEqual(['MESSAGE', 'MESSAGE'])
})

test('a round of tools is told the state of its turn', async () => {
  const {said, say, sent, steps} = await start()
  await say('use the tool weather {"city": "Lisbon"}')
  const call = said.at(-1) as {call_id: string}

  const status = await say('', {
    input: [...said, {type: 'function_call_output', call_id: call.call_id, output: 'sunny'}],
  })

  expect(status).toBe(200)
  expect(steps()).toEqual(['1: 1 of 1', '1: 1 of 4'])
  const states = sent().map(({headers}) => headers['x-codex-turn-state'])
  expect(states).toEqual([undefined, expect.stringMatching(/^[\da-f-]{36}$/)])
})

test('whoever leaves ends the connection, and the next question has another one', async () => {
  const {ask, say, sent, simulator, steps} = await start()
  simulator.addFault({endpoint: 'responses-message', kind: 'stall', afterEvents: 8})
  const leaving = new AbortController()
  const input = [{role: 'user', content: 'one'}]
  const body = JSON.stringify({model: 'gpt-5.5', ...CONVERSATION, stream: true, input})
  const response = await ask('/v1/responses', {method: 'POST', body, signal: leaving.signal})

  leaving.abort()
  const asked = () => simulator.requests.filter(({method}) => method === 'MESSAGE')
  await eventually(() => expect(asked().at(-1)?.closedEarly).toBe(true))
  const status = await say('two')

  expect([response.status, status]).toEqual([200, 200])
  expect(sent()).toHaveLength(2)
  expect(steps()[1]).toBe('2: 1 of 1')
})
