/**
 * What a WebSocket saves, and what it costs.
 *
 * @module
 */
import {once} from 'node:events'
import {createServer} from 'node:http'
import {performance} from 'node:perf_hooks'
import {WebSocket} from 'ws'
import type {SentRequest} from '../../src/http/send.ts'
import {createSocketDoor} from '../../src/gateway/websocket/socket-door.ts'
import {MessageSplitter} from '../../src/gateway/websocket/message-splitter.ts'
import {readHead} from '../../src/gateway/server/start-server.ts'
import {createSocketSend} from '../../src/responses/transport/websocket/create-socket-send.ts'
import type {SocketListener} from '../../src/responses/transport/websocket/backend-socket.ts'
import {SocketAnswer} from '../../src/responses/transport/websocket/socket-answer.ts'
import type {Measurement} from './measurement.ts'

const TURNS = 50
const TOOL_ROUNDS = 20
const SESSIONS = 200
const FRAMES = 20_000
const LOG = {debug() {}, info() {}, warn() {}, error() {}}

/** What the official client sends: sizes as they were seen with a classic model, whose tools are a field. */
const TOOLS = [{type: 'function', name: 'exec', description: 't'.repeat(13_000), parameters: {}}]
const INSTRUCTIONS = {role: 'developer', content: 'i'.repeat(20_000)}

/** The part of what HTTP sends that goes over a WebSocket when the tools are repeated with each request. */
export const uploadClassic: Measurement = {
  name: 'websocket: upload of 50 turns, classic model',
  target: 0.55,
  measure: () => measureUpload({fields: {tools: TOOLS}, first: [INSTRUCTIONS]}),
}

/** The same when they are an item of the input. */
export const uploadLite: Measurement = {
  name: 'websocket: upload of 50 turns, Lite model',
  target: 0.1,
  measure: () =>
    measureUpload({fields: {}, first: [{type: 'additional_tools', tools: TOOLS}, INSTRUCTIONS]}),
}

/** What both bridges add to an event. */
export const frameDelay: Measurement = {
  name: 'websocket: delay of an event, both bridges',
  target: 0.3,
  async measure() {
    const delta = {type: 'response.output_text.delta', item_id: 'msg_1', delta: 'lorem ipsum '}
    const frame = Buffer.from(JSON.stringify(delta))
    const socket = {
      headers: new Headers(),
      send() {},
      listen() {},
      flow() {},
      hold() {},
      close() {},
    }
    const answer = new SocketAnswer(socket, {onEvent() {}, onEnd() {}})
    const splitter = new MessageSplitter()
    let bytes = 0
    const startedAtMs = performance.now()
    for (let sent = 0; sent < FRAMES; sent += 1) {
      answer.take(frame, false)
      const {value} = await answer.read()
      for (const {data} of splitter.push(value ?? Buffer.alloc(0))) bytes += data.length
    }
    if (bytes !== FRAMES * frame.length) throw new Error('Events were lost')
    return {value: (performance.now() - startedAtMs) / FRAMES, unit: 'ms'}
  },
}

/** Memory of an open session with a first request of 35 kB, with that of its client in the same process. */
export const sessionMemory: Measurement = {
  name: 'websocket: memory of an open session and its client',
  target: 120,
  async measure() {
    const door = createSocketDoor({
      answer: async () => new Response(null, {status: 500}),
      maxMessageBytes: 1_000_000,
      now: Date.now,
      log: LOG,
    })
    const server = createServer()
    server.on('upgrade', (incoming, _socket, rest) => {
      const head = readHead(incoming)
      const client = {id: 'bench', name: 'bench', class: 'interactive'} as const
      if (head) door.open({head, client}, {incoming, socket: incoming.socket, rest})
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const bound = server.address()
    const port = typeof bound === 'object' ? bound?.port : undefined
    const before = heldBytes()
    const input = [INSTRUCTIONS, {role: 'user', content: 'u'.repeat(15_000)}]
    const clients: WebSocket[] = []
    for (let index = 0; index < SESSIONS; index += 1) {
      const client = new WebSocket(`ws://127.0.0.1:${port}/v1/responses`)
      clients.push(client)
      await once(client, 'open')
      client.send(
        JSON.stringify({type: 'response.create', generate: false, model: 'gpt-5.5', input}),
      )
      await once(client, 'message')
    }
    const held = heldBytes() - before
    for (const client of clients) client.terminate()
    door.cut()
    server.close()
    return {value: held / SESSIONS / 1000, unit: 'kB'}
  },
}

function heldBytes(): number {
  globalThis.gc?.()
  const {arrayBuffers, external, heapUsed} = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

interface Session {
  readonly fields: object
  readonly first: readonly object[]
}

/** Holds a session of 50 turns, 20 of them with a tool, against a backend that says what the caller then repeats. */
async function measureUpload({fields, first}: Session) {
  const sent = {http: 0, socket: 0, requests: 0}
  const output: object[] = []
  let listener: SocketListener | undefined
  const tell = (event: object) => listener?.onMessage(Buffer.from(JSON.stringify(event)), false)
  const way = createSocketSend({
    send: () => Promise.reject(new Error('Sent by HTTP')),
    open: async () => ({
      kind: 'open',
      socket: {
        headers: new Headers(),
        send(text) {
          sent.socket += Buffer.byteLength(text)
          queueMicrotask(() => {
            for (const item of output) tell({type: 'response.output_item.done', item})
            tell({type: 'response.completed', response: {id: `resp_${sent.requests}`}})
          })
        },
        listen: (given) => void (listener = given),
        flow() {},
        hold() {},
        close() {},
      },
    }),
    now: Date.now,
    log: LOG,
    firstMessageMs: 60_000,
  })
  const said: object[] = [...first]
  const ask = async (answers: readonly object[]) => {
    output.splice(0, Infinity, ...answers)
    sent.requests += 1
    const body = Buffer.from(
      JSON.stringify({model: 'gpt-5.5', ...fields, store: false, input: said}),
    )
    sent.http += body.length
    const headers = {'session-id': 'bench'}
    const request: SentRequest = {method: 'POST', redirect: 'manual', headers, body}
    const {body: answer} = await way.send('http://bench/codex/responses', request)
    if (!answer) throw new Error('There is no answer')
    const reader = answer.getReader()
    while (!(await reader.read()).done);
    said.push(...answers)
  }
  for (let turn = 0; turn < TURNS; turn += 1) {
    said.push({role: 'user', content: `${turn} ${'u'.repeat(300)}`})
    const thought = {
      type: 'reasoning',
      summary: [],
      encrypted_content: `${turn}${'e'.repeat(1200)}`,
    }
    if (turn < TOOL_ROUNDS) {
      const call = {type: 'function_call', call_id: `call_${turn}`, name: 'exec', arguments: '{}'}
      await ask([thought, call])
      said.push({type: 'function_call_output', call_id: `call_${turn}`, output: 'o'.repeat(2000)})
    }
    const content = [{type: 'output_text', text: `${turn} ${'a'.repeat(900)}`}]
    await ask([{type: 'message', role: 'assistant', content}])
  }
  way.close()
  const detail = `${Math.round(sent.socket / 1000)} of ${Math.round(sent.http / 1000)} kB in ${sent.requests} requests`
  return {value: sent.socket / sent.http, unit: 'times' as const, detail}
}
