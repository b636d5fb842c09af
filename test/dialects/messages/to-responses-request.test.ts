import {expect, test} from 'vitest'
import {toResponsesRequest} from '../../../src/dialects/messages/request/to-responses-request.ts'
import {createStaticCatalogue} from '../../../src/models/model-catalogue.ts'

/** Requests of the Messages API, as requests of the Responses API. */

const catalogue = createStaticCatalogue()
const USER = {role: 'user', content: 'Hi'}

function convert(fields: object, sessionId?: string) {
  const body = {model: 'gpt-5.5', max_tokens: 32_000, messages: [USER], ...fields}
  return toResponsesRequest(body, {catalogue, sessionId})
}

const inputOf = (...messages: object[]) => convert({messages}).request['input']

test('a plain request', () => {
  expect(convert({stream: true, system: 'Be short.', max_tokens: 100})).toEqual({
    request: {
      model: 'gpt-5.5',
      stream: true,
      instructions: 'Be short.',
      input: [{type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hi'}]}],
    },
    model: 'gpt-5.5',
    stopSequences: [],
    changes: [],
  })
})

const system = (suffix: string) => [
  {type: 'text', text: `x-anthropic-billing-header: cc_version=2.1.332.${suffix};`},
  {type: 'text', text: 'You are an agent.', cache_control: {type: 'ephemeral'}},
  {type: 'text', text: 'Answer.'},
]

test('the instructions are the same from turn to turn', () => {
  expect(convert({system: system('a1b')}).request['instructions']).toBe(
    'You are an agent.\n\nAnswer.',
  )
  expect(convert({system: system('a1b')})).toEqual(convert({system: system('f00')}))
})

test('words of the system stay where they stand', () => {
  expect(
    inputOf(USER, {role: 'system', content: 'It is late.'}, {role: 'assistant', content: 'Yes.'}),
  ).toEqual([
    {type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hi'}]},
    {type: 'message', role: 'developer', content: [{type: 'input_text', text: 'It is late.'}]},
    {type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'Yes.'}]},
  ])
})

test('thinking goes back as the reasoning that it was, with calls and what they gave', () => {
  expect(
    inputOf(
      USER,
      {
        role: 'assistant',
        content: [
          {type: 'thinking', thinking: 'Look.', signature: 'codex1.rs_1.gAAA.=='},
          {type: 'text', text: 'I look.'},
          {type: 'tool_use', id: 'call_1', name: 'Bash', input: {command: 'ls'}},
        ],
      },
      {
        role: 'user',
        content: [
          {type: 'tool_result', tool_use_id: 'call_1', content: [{type: 'text', text: 'a.txt'}]},
          {type: 'text', text: 'And?'},
        ],
      },
    ),
  ).toEqual([
    {type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hi'}]},
    {
      type: 'reasoning',
      id: 'rs_1',
      summary: [{type: 'summary_text', text: 'Look.'}],
      encrypted_content: 'gAAA.==',
    },
    {type: 'message', role: 'assistant', content: [{type: 'output_text', text: 'I look.'}]},
    {type: 'function_call', call_id: 'call_1', name: 'Bash', arguments: '{"command":"ls"}'},
    {type: 'function_call_output', call_id: 'call_1', output: 'a.txt'},
    {type: 'message', role: 'user', content: [{type: 'input_text', text: 'And?'}]},
  ])
})

test('reasoning of another server is left out, and said to be', () => {
  const {changes, request} = convert({
    messages: [
      USER,
      {
        role: 'assistant',
        content: [
          {type: 'thinking', thinking: 'Hm.', signature: 'EqQB'},
          {type: 'thinking', thinking: 'Hm.'},
          {type: 'redacted_thinking', data: 'xx'},
          {type: 'text', text: 'Yes.'},
        ],
      },
    ],
  })

  expect(request['input']).toHaveLength(2)
  expect(changes.map(({field}) => field)).toEqual([
    'messages[1].content[0]',
    'messages[1].content[1]',
    'messages[1].content[2]',
  ])
})

const result = (fields: object) => ({
  role: 'user',
  content: [{type: 'tool_result', tool_use_id: 'call_1', ...fields}],
})

test('what a tool gave keeps its images, and says when it failed', () => {
  const image = {type: 'base64', media_type: 'image/png', data: 'iVBO'}
  expect(inputOf(result({content: [{type: 'image', source: image}]}))).toEqual([
    {
      type: 'function_call_output',
      call_id: 'call_1',
      output: [{type: 'input_image', image_url: 'data:image/png;base64,iVBO'}],
    },
  ])
  expect(inputOf(result({content: 'no such file', is_error: true}))).toMatchObject([
    {
      output: [
        {type: 'input_text', text: 'The tool failed:'},
        {type: 'input_text', text: 'no such file'},
      ],
    },
  ])
  expect(inputOf(result({content: []}))).toMatchObject([{output: ''}])
  expect(
    inputOf(result({content: [{type: 'tool_reference', tool_name: 'WebFetch'}]})),
  ).toMatchObject([{output: 'The tool WebFetch can be called now.'}])
})

test('images and documents are handed on', () => {
  const content = [
    {type: 'image', source: {type: 'url', url: 'https://a.example/b.png'}},
    {
      type: 'document',
      title: 'Plan',
      source: {type: 'base64', media_type: 'application/pdf', data: 'JVBE'},
    },
    {type: 'document', title: 'Notes', source: {type: 'text', data: 'Buy milk.'}},
    {type: 'document', source: {type: 'url', url: 'https://a.example/c.pdf'}},
  ]

  expect(inputOf({role: 'user', content})).toMatchObject([
    {
      content: [
        {type: 'input_image', image_url: 'https://a.example/b.png'},
        {
          type: 'input_file',
          filename: 'Plan',
          file_data: 'data:application/pdf;base64,JVBE',
        },
        {type: 'input_text', text: 'Notes\n\nBuy milk.'},
        {type: 'input_file', file_url: 'https://a.example/c.pdf'},
      ],
    },
  ])
  expect(() =>
    inputOf({role: 'user', content: [{type: 'image', source: {type: 'file', file_id: 'f'}}]}),
  ).toThrow(/`messages\[0\]\.content\[0\]\.source` is a file of Anthropic's own storage/)
})

test('tools, and the choice among them', () => {
  const schema = {type: 'object', properties: {path: {type: 'string'}}}
  const tools = [
    {name: 'Read', description: 'Reads.', input_schema: schema, cache_control: {}},
    {name: 'DeferredToolPlaceholder', input_schema: schema, defer_loading: true},
    {name: 'WebFetch', input_schema: schema, defer_loading: true},
    {type: 'web_search_20250305', name: 'web_search', max_uses: 8},
    {type: 'bash_20250124', name: 'bash'},
    {type: 'code_execution_20250825', name: 'code_execution'},
  ]
  const read = (fields: object) => convert({tools, ...fields}).request

  expect(read({})['tools']).toMatchObject([
    {type: 'function', name: 'Read', description: 'Reads.', parameters: schema, strict: false},
    {type: 'function', name: 'WebFetch', parameters: schema},
    {type: 'web_search'},
    {type: 'function', name: 'bash', parameters: {properties: {command: {type: 'string'}}}},
  ])
  expect(convert({tools}).changes).toMatchObject([{field: 'tools[5]', action: 'dropped'}])
  expect(read({tool_choice: {type: 'any', disable_parallel_tool_use: true}})).toMatchObject({
    tool_choice: 'required',
    parallel_tool_calls: false,
  })
  expect(read({tool_choice: {type: 'tool', name: 'Read'}})['tool_choice']).toEqual({
    type: 'function',
    name: 'Read',
  })
})

test.each([
  [{output_config: {effort: 'max'}, thinking: {type: 'adaptive'}}, 'max'],
  [{thinking: {type: 'enabled', budget_tokens: 1024}}, 'low'],
  [{thinking: {type: 'enabled', budget_tokens: 31_999}}, 'high'],
  [{thinking: {type: 'disabled'}}, 'low'],
  [{model: 'gpt-5.5-xhigh', output_config: {effort: 'high'}}, undefined],
  [{}, undefined],
])('%j asks for the effort %s', (fields, effort) => {
  expect(convert(fields).request['reasoning']).toEqual(effort && {effort})
})

test.each([
  ['claude-gpt-5.5', 'gpt-5.5'],
  ['gpt-5.5[1m]', 'gpt-5.5'],
  ['claude-opus-4-5-20251101', 'gpt-5.2'],
  ['sonnet', 'gpt-5.2'],
  ['claude-haiku-4-5', 'gpt-5.1-codex-mini'],
  ['claude-3-5-haiku-latest', 'gpt-5.1-codex-mini'],
])('the model %s is %s here', (model, expected) => {
  expect(convert({model}).request['model']).toBe(expected)
})

test('what nothing stands for is dropped by name, and the session keeps the cache warm', () => {
  const {changes, request} = convert({
    temperature: 1,
    top_k: 5,
    context_management: {edits: []},
    metadata: {user_id: '{"device_id":"d","account_uuid":"","session_id":"8f1c-22"}'},
    speed: 'fast',
  })

  expect(changes.map(({field}) => field)).toEqual(['context_management', 'temperature', 'top_k'])
  expect(request).toMatchObject({prompt_cache_key: '8f1c-22', service_tier: 'priority'})
  expect(Object.keys(request)).not.toContain('metadata')
  expect(convert({}, 'from-a-header').request['prompt_cache_key']).toBe('from-a-header')
})

test.each([
  [{messages: []}, '`messages` must be a list with at least one message'],
  [{messages: ['Hi']}, '`messages[0]` must be an object'],
  [{messages: [{role: 'robot', content: ''}]}, '`messages[0].role` must be user, assistant or'],
  [{messages: [{role: 'user', content: 7}]}, '`messages[0].content` must be a text or a list'],
  [{model: ''}, '`model` must name a model'],
  [{tools: {}}, '`tools` must be a list'],
])('%j is refused in words', (fields, message) => {
  expect(() => convert(fields)).toThrow(message)
})

test('an answer of a form', () => {
  const schema = {type: 'object', properties: {name: {type: 'string'}}}
  const format = {type: 'json_schema', schema}
  const text = {format: {type: 'json_schema', name: 'answer', schema, strict: true}}

  expect(convert({output_config: {format}}).request['text']).toEqual(text)
  expect(convert({output_format: format}).request['text']).toEqual(text)
})
