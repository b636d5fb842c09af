import {expect, onTestFinished, test} from 'vitest'
import {createNodeSend} from '../../../src/http/node-send.ts'
import {createSocketSend} from '../../../src/responses/transport/websocket/create-socket-send.ts'
import {openBackendSocket} from '../../../src/responses/transport/websocket/open-backend-socket.ts'
import {startTestGateway} from '../../support/gateway/start-gateway.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {userMessage} from '../../support/servers/ask-simulator.ts'
import {openSocket, type SocketEvent} from '../../support/servers/open-socket.ts'

/** WebSockets on both sides of the gateway. */

const FIELDS = {
  model: 'gpt-5.5',
  stream: true,
  store: false,
  prompt_cache_key: 'thread-1',
  tools: [{type: 'function', name: 'weather', parameters: {type: 'object', properties: {}}}],
}

const idOf = (events: readonly SocketEvent[]) =>
  (events.at(-1)?.['response'] as {id: string} | undefined)?.id

test('only what is new is said on both, and the next account is told everything it can read', async () => {
  const way = createSocketSend({
    send: createNodeSend({headTimeoutMs: 60_000}),
    open: openBackendSocket,
    now: Date.now,
    log: createMemoryLog().log,
    firstMessageMs: 60_000,
  })
  onTestFinished(() => way.close())
  const story = await startTestGateway({
    simulator: {
      webSocket: true,
      accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
    },
    engineOptions: {send: way.send},
  })
  await story.engine.liveModels.reload()
  const client = await openSocket(new URL('/v1/responses', story.gateway.url))
  const say = (text: string, previous?: readonly SocketEvent[]) =>
    client.create({
      ...FIELDS,
      ...(previous && {previous_response_id: idOf(previous)}),
      input: [userMessage(text)],
    })

  const warm = await client.create({...FIELDS, generate: false, input: []})
  const first = await say('one', warm)
  const second = await say('two', first)
  story.simulator.changeAccount('ada@example.com', {
    primary: {usedPercent: 100, resetAfterSeconds: 7200},
  })
  const third = await say('three', second)

  const sent = story.simulator.requests.flatMap(({account, headers, method}) =>
    method === 'MESSAGE' ? [`${account?.slice(0, 3)} ${headers['x-simulator-new-items']}`] : [],
  )
  expect([first, second, third].map((events) => events.at(-1)?.type)).toEqual([
    'response.completed',
    'response.completed',
    'response.completed',
  ])
  // The turns of both are a question, thinking and an answer; what the one thought is left out for the other.
  expect(sent).toEqual(['ada 1', 'ada 1', 'ada 1', 'bob 5'])
})
