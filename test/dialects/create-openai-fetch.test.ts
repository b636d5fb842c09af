import {expect, test} from 'vitest'
import {createOpenAiFetch} from '../../src/dialects/create-openai-fetch.ts'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {createBackend} from '../support/engine/create-backend.ts'

const BASE = 'https://host.example/backend-api'
const COMPLETED = {
  type: 'response.completed',
  response: {id: 'resp_1', created_at: 7, status: 'completed', output: [], usage: null},
}
const DONE = {
  type: 'response.output_item.done',
  output_index: 0,
  item: {type: 'message', content: [{type: 'output_text', text: 'Hello', annotations: []}]},
}
const STREAM = [
  {type: 'response.output_text.delta', output_index: 0, delta: 'Hello'},
  DONE,
  COMPLETED,
]
  .map((event) => `data: ${JSON.stringify(event)}\n\n`)
  .join('')

const answer = () => new Response(STREAM, {headers: {'content-type': 'text/event-stream'}})

function start(reply: () => Response = answer) {
  const sent: {url: string; body: Record<string, unknown>}[] = []
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init)
    sent.push({url: request.url, body: (await request.json()) as Record<string, unknown>})
    return reply()
  }
  const backend = createBackend(fetch)
  const openAiFetch = createOpenAiFetch(backend, {
    listModels: () => [{id: 'gpt-5.2-low', name: 'GPT 5.2 Low'}, {id: 'gpt-5.2'}],
  })
  const chat = (fields: object, init: RequestInit = {}) =>
    openAiFetch(`${BASE}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({
        model: 'gpt-5.2-high',
        messages: [{role: 'user', content: 'Hi'}],
        ...fields,
      }),
      ...init,
    })
  return {backend, chat, openAiFetch, sent}
}

test('a request of the Responses API comes back byte by byte', async () => {
  const {openAiFetch} = start()
  const body = JSON.stringify({model: 'gpt-5.2', input: 'Hi', stream: true})

  const response = await openAiFetch(`${BASE}/responses`, {method: 'POST', body})

  expect(await response.text()).toBe(STREAM)
})

test('a chat is answered whole, by the model and effort that its id names', async () => {
  const {chat, sent} = start()

  const response = await chat({})

  expect(await response.json()).toMatchObject({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 7,
    model: 'gpt-5.2-high',
    choices: [{message: {role: 'assistant', content: 'Hello'}, finish_reason: 'stop'}],
  })
  expect(sent).toMatchObject([
    {
      url: 'https://backend.example/backend-api/codex/responses',
      body: {model: 'gpt-5.2', reasoning: {effort: 'high'}, stream: true},
    },
  ])
})

test('a chat is streamed as events', async () => {
  const {chat} = start()

  const response = await chat({stream: true})

  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  const text = await response.text()
  expect(text).toMatch(/^data: \{"id":"chatcmpl-/)
  expect(text).toMatch(/"delta":\{"content":"Hello"\}/)
  expect(text).toMatch(/data: \[DONE\]\n\n$/)
})

test('what a chat asks for in vain is dropped and named in the log', async () => {
  const {backend, chat, sent} = start()

  await chat({
    temperature: 0.5,
    max_tokens: 10,
    messages: [
      {role: 'assistant', content: 'Yes', reasoning_content: 'A secret thought'},
      {role: 'user', content: 'Hi'},
    ],
  })

  expect(sent[0]?.body).not.toHaveProperty('temperature')
  const log = backend.lines.join('\n')
  expect(log).toContain('"field":"messages[0].reasoning_content","action":"dropped"')
  expect(log).toContain('"field":"temperature","action":"dropped"')
  expect(log).toContain('"field":"max_tokens","action":"dropped"')
  expect(log).not.toContain('secret')
})

test('an error of the backend reaches a chat as it is', async () => {
  const {chat} = start(() => Response.json({detail: 'Not like this'}, {status: 400}))

  const response = await chat({stream: true})

  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: {message: 'Not like this.', type: 'invalid_request_error'},
  })
})

test.each([
  ['{"model":"gpt-5.2"}', '`messages` must be a list with at least one message'],
  ['{"messages":[{"role":"user","content":"Hi"}]}', /^`model` must name a model/],
  ['nonsense', 'The body of the request must be a JSON object'],
])('the chat %j is refused', async (body, message) => {
  const {openAiFetch} = start()

  const response = await openAiFetch(`${BASE}/chat/completions`, {method: 'POST', body})

  expect(response.status).toBe(400)
  const {error} = (await response.json()) as {error: {message: string}}
  expect(error.message).toMatch(message)
})

test('a chat that is aborted before it begins rejects', async () => {
  const {chat, sent} = start()

  await expect(chat({}, {signal: AbortSignal.abort()})).rejects.toThrow(
    expect.objectContaining({name: 'AbortError'}),
  )
  expect(sent).toEqual([])
})

test.each([
  [`${BASE}/models`],
  [new URL('https://host.example/v1/models')],
  [new Request(`${BASE}/models`)],
])('models are listed as the API lists them (%#)', async (input) => {
  const {openAiFetch} = start()

  const response = await openAiFetch(input)

  expect(await response.json()).toEqual({
    object: 'list',
    data: [
      {id: 'gpt-5.2-low', object: 'model', created: 0, owned_by: 'openai'},
      {id: 'gpt-5.2', object: 'model', created: 0, owned_by: 'openai'},
    ],
  })
})

test.each([
  ['POST', '/embeddings'],
  ['GET', '/chat/completions'],
  ['POST', '/models'],
  ['POST', '/prefix-chat/completionsX'],
])('%s %s is not there, and the error says what is', async (method, path) => {
  const {openAiFetch, sent} = start()

  const response = await openAiFetch(`${BASE}${path}`, {
    method,
    ...(method === 'POST' && {body: '{}'}),
  })

  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({
    error: {
      message: `There is nothing at /backend-api${path}. Ask …/responses, …/chat/completions, …/images/generations, …/images/edits or …/models.`,
      type: 'invalid_request_error',
      code: 'not_found',
    },
  })
  expect(sent).toEqual([])
})
