import {expect, test} from 'vitest'
import {answerMessages} from '../../../src/dialects/messages/answer-messages.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import {createBackend} from '../../support/engine/create-backend.ts'

/** A request of the Messages API, answered by the engine. */

const message = {type: 'message', id: 'msg_1', content: [{type: 'output_text', text: 'Hello'}]}
const call = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'mcp__a_server__a_tool',
  arguments: '{"a":1}',
}
const EVENTS = [
  {type: 'response.created', response: {id: 'resp_1'}},
  {type: 'response.output_text.delta', output_index: 0, delta: 'Hello'},
  {type: 'response.output_item.done', output_index: 0, item: message},
  {type: 'response.output_item.done', output_index: 1, item: call},
  {
    type: 'response.completed',
    response: {
      id: 'resp_1',
      status: 'completed',
      output: [],
      usage: {input_tokens: 5, output_tokens: 2},
    },
  },
]

const toStream = (events: readonly object[]) =>
  new Response(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), {
    headers: {'content-type': 'text/event-stream', 'x-request-id': 'req_7'},
  })

function start(reply: () => Response = () => toStream(EVENTS)) {
  const sent: Record<string, unknown>[] = []
  const fetch: FetchFunction = async (input, init) => {
    sent.push((await new Request(input, init).json()) as Record<string, unknown>)
    return reply()
  }
  const backend = createBackend(fetch)
  const ask = (fields: object, caller: object = {}) =>
    answerMessages(
      {
        signal: undefined,
        readBody: async () => ({
          model: 'gpt-5.5-high',
          max_tokens: 100,
          messages: [{role: 'user', content: 'Hi'}],
          ...fields,
        }),
        ...caller,
      },
      backend,
    )
  return {ask, sent}
}

test('an answer as one object', async () => {
  const {ask, sent} = start()

  const response = await ask({})

  expect(response.headers.get('request-id')).toBe('req_7')
  expect(await response.json()).toEqual({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'gpt-5.5-high',
    content: [
      {type: 'text', text: 'Hello'},
      {type: 'tool_use', id: 'call_1', name: 'mcp__a_server__a_tool', input: {a: 1}},
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: {
      input_tokens: 5,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 2,
    },
  })
  expect(sent).toMatchObject([{model: 'gpt-5.5', reasoning: {effort: 'high'}, store: false}])
})

test('an answer as events, each with its name', async () => {
  const {ask} = start()

  const response = await ask({stream: true})

  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const events = (await response.text()).split('\n\n').filter(Boolean)
  expect(events.map((event) => /^event: (\w+)\ndata: \{"type":"\1"/.exec(event)?.[1])).toEqual([
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
})

const broken = () => start(() => toStream(EVENTS.slice(0, 2)))

test('an answer that breaks off is told in an event, or breaks off for who then asks again', async () => {
  const told = await (await broken().ask({stream: true})).text()
  const cut = await broken().ask({stream: true}, {isRepeating: true})

  expect(told).toMatch(/event: error\ndata: \{"type":"error","error":\{"type":"api_error",/)
  await expect(cut.text()).rejects.toThrow('The answer ended before it was complete')
})

test.each([
  [{detail: 'Instructions are not valid'}, 400, {type: 'invalid_request_error'}, 'false'],
  [
    {error: {message: 'The server is overloaded', code: 'server_is_overloaded'}},
    503,
    {type: 'overloaded_error'},
    null,
  ],
])('a refusal %j', async (body, status, error, again) => {
  const {ask} = start(() => Response.json(body, {status}))

  const response = await ask({})

  expect(await response.json()).toMatchObject({type: 'error', error})
  expect(response.status).toBe(status === 503 ? 529 : status)
  expect(response.headers.get('x-should-retry')).toBe(again)
})

test('a conversation that is too long is refused in the words that clients look for', async () => {
  const error = {code: 'context_length_exceeded', message: 'Your input exceeds the window.'}
  const {ask} = start(() => Response.json({error}, {status: 400}))

  const response = await ask({})

  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: 'prompt is too long: 258401 tokens > 258400 maximum',
    },
  })
})

test('a request that is none is answered in the form of this API', async () => {
  const {ask, sent} = start()

  const response = await ask({messages: 7})

  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: '`messages` must be a list with at least one message',
    },
  })
  expect(sent).toEqual([])
})
