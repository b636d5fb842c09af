import {expect, test} from 'vitest'
import type {SentRequest} from '../../../../src/http/send.ts'
import type {
  BackendSocket,
  SocketListener,
} from '../../../../src/responses/transport/websocket/backend-socket.ts'
import {createSocketSend} from '../../../../src/responses/transport/websocket/create-socket-send.ts'
import {eventually} from '../../../support/eventually.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'

/** When a connection is opened, kept, asked and left: with connections of the test. */

const URL_OF_CODEX = 'https://backend.example/codex/responses'
const MINUTE = 60_000

/** What a connection was told, and what it was asked to do. */
interface Opened {
  readonly messages: {readonly input: unknown[]; readonly previous_response_id?: string}[]
  readonly did: string[]
  say(event: object): void
}

function start() {
  const clock = {nowMs: 0}
  const network = {isClosed: false, openings: 0}
  const opened: Opened[] = []
  const posted: string[] = []
  const way = createSocketSend({
    async send(url) {
      posted.push(url)
      return new Response('data: {"type":"response.completed"}\n\n')
    },
    async open() {
      network.openings += 1
      if (network.isClosed) return {kind: 'refused', status: 403}
      let listener: SocketListener | undefined
      const did: string[] = []
      const messages: Opened['messages'] = []
      const socket: BackendSocket = {
        headers: new Headers(),
        send: (text) => void messages.push(JSON.parse(text)),
        listen: (given) => (listener = given),
        flow: (isFlowing) => void did.push(isFlowing ? 'go on' : 'wait'),
        hold: () => undefined,
        close: () => void did.push('closed'),
      }
      const say = (event: object) => listener?.onMessage(Buffer.from(JSON.stringify(event)), false)
      opened.push({messages, did, say})
      return {kind: 'open', socket}
    },
    now: () => clock.nowMs,
    log: createMemoryLog().log,
    firstMessageMs: MINUTE,
  })
  return {clock, network, opened, posted, send: way.send, close: () => way.close()}
}

/** A request that is worth a connection. */
function request(
  input: readonly string[],
  {token = 'token', ...fields}: object & {token?: string} = {},
) {
  const items = input.map((text) => ({type: 'message', role: 'user', content: text}))
  const body = {model: 'gpt-5.5', tools: [{type: 'web_search'}], input: items, ...fields}
  return {
    method: 'POST',
    redirect: 'manual',
    headers: {
      authorization: `Bearer ${token}`,
      'chatgpt-account-id': 'ada',
      'session-id': 'thread-1',
    },
    body: Buffer.from(JSON.stringify(body)),
  } as const satisfies SentRequest
}

/** Asks, and answers on the connection with that number. */
async function answered(
  {opened, send}: ReturnType<typeof start>,
  asked: SentRequest,
  connection: number,
): Promise<void> {
  const before = opened[connection]?.messages.length ?? 0
  const answer = send(URL_OF_CODEX, asked)
  await eventually(() => expect(opened[connection]?.messages).toHaveLength(before + 1))
  opened[connection]?.say({type: 'response.created', response: {id: 'resp_1'}})
  opened[connection]?.say({type: 'response.completed', response: {id: 'resp_1'}})
  const {body} = await answer
  const reader = body!.getReader()
  while (!(await reader.read()).done);
}

test('a connection of 55 minutes is left for a new one, which is told everything', async () => {
  const story = start()
  await answered(story, request(['one']), 0)
  for (let minute = 1; minute <= 54; minute += 4) {
    story.clock.nowMs = minute * MINUTE
    await answered(story, request(['one', 'two']), 0)
  }

  story.clock.nowMs = 55 * MINUTE
  await answered(story, request(['one', 'two', 'three']), 1)

  expect(story.opened[0]?.did).toEqual(['closed'])
  expect(story.opened[0]?.messages[1]).toMatchObject({previous_response_id: 'resp_1'})
  expect(story.opened[1]?.messages).toMatchObject([{input: [{}, {}, {}]}])
  expect(story.opened[1]?.messages[0]).not.toHaveProperty('previous_response_id')
})

test('what is larger than 15 MiB goes by HTTP, and what is new behind it on the connection again', async () => {
  const story = start()
  const large = 'x'.repeat(15 * 1024 * 1024)
  await answered(story, request(['one']), 0)

  await story.send(URL_OF_CODEX, request(['one', large]))
  await answered(story, request(['one', 'two']), 0)

  expect(story.posted).toEqual([URL_OF_CODEX])
  expect(story.opened).toHaveLength(1)
  expect(story.opened[0]?.messages[1]).toMatchObject({
    previous_response_id: 'resp_1',
    input: [{content: 'two'}],
  })
})

test('a second request of the conversation goes by HTTP while the first is answered', async () => {
  const {opened, posted, send} = start()
  const first = send(URL_OF_CODEX, request(['one']))
  await eventually(() => expect(opened[0]?.messages).toHaveLength(1))

  await send(URL_OF_CODEX, request(['another']))
  opened[0]?.say({type: 'response.created', response: {id: 'resp_1'}})
  await first

  expect(posted).toEqual([URL_OF_CODEX])
})

test('a new token takes a new connection', async () => {
  const story = start()
  await answered(story, request(['one']), 0)

  await answered(story, request(['one', 'two'], {token: 'refreshed'}), 1)

  expect(story.opened[0]?.did).toEqual(['closed'])
  expect(story.opened[1]?.messages[0]).not.toHaveProperty('previous_response_id')
})

test('the API for apps is asked by HTTP: it is not said to have WebSockets', async () => {
  const {opened, posted, send} = start()

  await send('https://api.example/v1/responses', request(['one']))

  expect(posted).toEqual(['https://api.example/v1/responses'])
  expect(opened).toEqual([])
})

test('a caller who does not read holds the backend back', async () => {
  const {opened, send} = start()
  const answer = send(URL_OF_CODEX, request(['one']))
  await eventually(() => expect(opened[0]?.messages).toHaveLength(1))
  const delta = {type: 'response.output_text.delta', delta: 'x'.repeat(400_000)}

  opened[0]?.say({type: 'response.created', response: {id: 'resp_1'}})
  const {body} = await answer
  for (let index = 0; index < 3; index += 1) opened[0]?.say(delta)
  const heldBack = [...(opened[0]?.did ?? [])]
  const reader = body!.getReader()
  for (let index = 0; index < 3; index += 1) await reader.read()

  expect(heldBack).toEqual(['wait'])
  expect(opened[0]?.did).toEqual(['wait', 'go on'])
})

test('where three conversations in a row got no connection, nobody tries for ten minutes', async () => {
  const story = start()
  const {clock, network, posted, send} = story
  network.isClosed = true
  const ask = (thread: string) => {
    const {headers, ...asked} = request(['one'])
    return send(URL_OF_CODEX, {...asked, headers: {...headers, 'session-id': thread}})
  }

  for (const thread of ['a', 'b', 'c', 'd', 'e']) await ask(thread)
  const inVain = network.openings
  network.isClosed = false
  clock.nowMs += 10 * MINUTE
  await answered(story, request(['one']), 0)

  expect(inVain).toBe(3)
  expect(posted).toHaveLength(5)
})

test('closing ends every connection', async () => {
  const story = start()
  await answered(story, request(['one']), 0)

  story.close()

  expect(story.opened[0]?.did).toEqual(['closed'])
})
