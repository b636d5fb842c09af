import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../../src/errors.ts'
import {PNG, input, prepare} from '../../support/engine/prepare.ts'

test('asks for a stream that is not stored, with instructions and encrypted reasoning', async () => {
  const {body, changes, conversationId, stream} = await prepare({
    model: 'gpt-5.2-codex-high',
    input,
  })

  expect(body).toEqual({
    model: 'gpt-5.2-codex',
    stream: true,
    instructions: expect.stringMatching(/^You are Codex/) as string,
    input,
    reasoning: {effort: 'high', summary: 'auto'},
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: conversationId,
  })
  expect({changes, stream}).toEqual({changes: [], stream: false})
})

test('keeps what the backend accepts as the caller sent it', async () => {
  const request = {
    model: 'gpt-5.2',
    input,
    instructions: 'Be brief',
    tools: [{type: 'function', name: 'read', parameters: {type: 'object', properties: {}}}],
    tool_choice: {type: 'function', name: 'read'},
    parallel_tool_calls: false,
    text: {format: {type: 'json_object'}, verbosity: 'high'},
    prompt_cache_key: 'conversation-1',
    service_tier: 'flex',
    client_metadata: {a: 'b'},
    reasoning: {effort: 'low', summary: 'detailed', context: 'all_turns'},
  }

  expect(await prepare(request)).toMatchObject({
    body: {...request, stream: true, store: false},
    conversationId: 'conversation-1',
    changes: [],
  })
})

test('what the backend refuses is dropped, and named', async () => {
  const refused = {
    max_output_tokens: 100,
    temperature: 0,
    top_p: 1,
    metadata: {},
    user: 'u',
    safety_identifier: 's',
    prompt_cache_retention: '24h',
    truncation: 'auto',
    stream_options: {},
    background: true,
  }

  const {body, changes} = await prepare({model: 'gpt-5.2', input, ...refused})

  expect(Object.keys(refused).filter((field) => field in body)).toEqual([])
  expect(changes).toEqual(
    Object.keys(refused).map((field) => ({
      field,
      action: 'dropped',
      reason: 'The backend refuses it',
    })),
  )
})

test('`include` is kept and completed once', async () => {
  const include = ['web_search_call.action.sources', 'reasoning.encrypted_content']

  expect((await prepare({model: 'gpt-5.2', input, include})).body['include']).toEqual(include)
})

test('blank instructions count as none, because the backend refuses them', async () => {
  expect(
    (await prepare({model: 'gpt-5.2', input, instructions: ' '})).body['instructions'],
  ).toMatch(/^You/)
})

test.each([undefined, '', ' ', 'openai-codex: ', 7, null])(
  'a model of %j is refused with a sentence',
  async (model) => {
    await expect(prepare({model, input})).rejects.toThrow(RequestInvalidError)
  },
)

test('fields that the caller left open with null are not sent, and are no change', async () => {
  const open = {
    tools: null,
    tool_choice: null,
    parallel_tool_calls: null,
    text: null,
    reasoning: null,
    include: null,
    client_metadata: null,
    instructions: null,
    temperature: null,
    response_format: null,
  }

  const {body, changes} = await prepare({model: 'gpt-5.2-codex', input, ...open})

  expect(Object.keys(body)).toEqual([
    'model',
    'stream',
    'instructions',
    'input',
    'reasoning',
    'store',
    'include',
    'prompt_cache_key',
  ])
  expect(changes).toEqual([])
})

test('fields of the wrong type are dropped, and named', async () => {
  const wrong = {
    tools: 'read',
    function_call: 1,
    parallel_tool_calls: 'yes',
    text: 'short',
    reasoning: 'high',
    include: 'all',
    client_metadata: [],
    instructions: ['Be brief'],
    prompt_cache_key: 7,
    service_tier: {},
  }

  const {body, changes} = await prepare({model: 'gpt-5.2', input, ...wrong})

  expect(body).toMatchObject({include: ['reasoning.encrypted_content']})
  expect(body).not.toHaveProperty('tools')
  expect(body).not.toHaveProperty('tool_choice')
  expect(changes.map(({field}) => field).toSorted()).toEqual([
    'client_metadata',
    'function_call',
    'include',
    'instructions',
    'parallel_tool_calls',
    'reasoning',
    'service_tier',
    'text',
    'tools',
  ])
})

test('"Store must be set to false": whatever the caller says, nothing is stored', async () => {
  const {body, changes} = await prepare({model: 'gpt-5.2', input, store: true, stream: false})

  expect(body).toMatchObject({store: false, stream: true})
  expect(changes).toEqual([
    {field: 'store', action: 'replaced', reason: 'The backend stores nothing'},
  ])
})

test('the request of the caller is not changed', async () => {
  const request = {
    model: 'gpt-5.2',
    input: [
      {role: 'system', content: [{type: 'text', text: 'Be brief'}]},
      {type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'read', arguments: {}},
    ],
    tools: [{type: 'function', function: {name: 'read', parameters: {type: 'array'}}}],
  }
  const before = structuredClone(request)

  await prepare(request)

  expect(request).toEqual(before)
})

test('names of dropped fields are bounded, because they are the words of the caller', async () => {
  const {changes} = await prepare({model: 'gpt-5.2', input, ['x'.repeat(1000)]: 1})

  expect(changes[0]?.field).toHaveLength(80)
})

test('a value that cannot be written as a text is no crash, wherever it is', async () => {
  // As JSON, `toString` is a field as any other; `String` would call it.
  const value = {toString: 'x', valueOf: 'x'}
  const items = [
    {type: 'item_reference', id: value},
    {type: 'function_call_output', call_id: value, output: value},
    {type: 'function_call', call_id: value, name: value, arguments: value},
    {type: 'computer_call', call_id: 'call_1', action: value},
    {role: 'user', content: [{type: 'image', data: PNG, mimeType: value}, {type: value}]},
    {type: value, role: value, call_id: value, content: value},
  ]
  const tools = [
    {type: value, name: 'a'},
    {type: 'function', name: 'a', parameters: {$ref: value, type: value, required: [value]}},
  ]

  const {body} = await prepare({
    model: 'gpt-5.2',
    input: items,
    tools,
    tool_choice: value,
    reasoning: {effort: value, summary: value},
    text: {verbosity: value},
    service_tier: value,
    prompt_cache_key: value,
    instructions: value,
  })

  expect(body).toMatchObject({model: 'gpt-5.2', stream: true})
})

test('a request that is nested too deeply to be written is refused with a sentence', async () => {
  const depth = 200_000
  const output: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth))

  await expect(
    prepare({model: 'gpt-5.2', input: [{type: 'web_search_call', output}]}),
  ).rejects.toThrow(RequestInvalidError)
  await expect(
    prepare({model: 'gpt-5.2', input: [{type: 'function_call', arguments: output}]}),
  ).rejects.toThrow(RequestInvalidError)
})
