import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../../src/errors.ts'
import {toResponsesRequest} from '../../../src/dialects/chat-completions/to-responses-request.ts'

const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const USER = {role: 'user', content: 'Hi'}
const CALL = {id: 'call_1', type: 'function', function: {name: 'look', arguments: '{"at":1}'}}

/** The request as it is sent: as JSON, without fields that are `undefined`. */
function convert(body: object): Record<string, unknown> {
  const {request} = toResponsesRequest({model: 'gpt-5.2', messages: [USER], ...body})
  return JSON.parse(JSON.stringify(request)) as Record<string, unknown>
}

function toInput(...messages: object[]): unknown {
  return convert({messages})['input']
}

function refusalOf(body: object): string {
  try {
    toResponsesRequest({model: 'gpt-5.2', messages: [USER], ...body})
  } catch (error) {
    if (error instanceof RequestInvalidError) return error.message
    throw error
  }
  throw new Error('It was accepted')
}

test('a text is a message, and nothing is added', () => {
  expect(convert({})).toEqual({
    model: 'gpt-5.2',
    input: [{type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hi'}]}],
  })
})

test.each(['system', 'developer'])('a %s message is one of the developer', (role) => {
  expect(toInput({role, content: [{type: 'text', text: 'Be brief'}]}, USER)).toEqual([
    {type: 'message', role: 'developer', content: [{type: 'input_text', text: 'Be brief'}]},
    {type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hi'}]},
  ])
})

test('text, images and files of a user are parts of one message', () => {
  const content = [
    {type: 'text', text: 'What is this?'},
    {type: 'image_url', image_url: {url: PIXEL, detail: 'low'}},
    {type: 'image_url', image_url: 'https://example.com/cat.png'},
    {type: 'file', file: {filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg=='}},
    {type: 'file', file: {file_id: 'file-1'}},
  ]

  expect(toInput({role: 'user', content})).toEqual([
    {
      type: 'message',
      role: 'user',
      content: [
        {type: 'input_text', text: 'What is this?'},
        {type: 'input_image', image_url: PIXEL, detail: 'low'},
        {type: 'input_image', image_url: 'https://example.com/cat.png'},
        {
          type: 'input_file',
          filename: 'a.pdf',
          file_data: 'data:application/pdf;base64,JVBERg==',
        },
        {type: 'input_file', file_id: 'file-1'},
      ],
    },
  ])
})

test('an assistant says something, refuses, and calls tools, in this order', () => {
  const custom = {id: 'call_2', type: 'custom', custom: {name: 'sql', input: 'SELECT 1'}}

  expect(
    toInput(
      USER,
      {role: 'assistant', content: 'Let me look', refusal: 'Not that', tool_calls: [CALL, custom]},
      {role: 'tool', tool_call_id: 'call_1', content: 'A cat'},
      {role: 'tool', tool_call_id: 'call_2', content: '1'},
    ),
  ).toEqual([
    {type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hi'}]},
    {
      type: 'message',
      role: 'assistant',
      content: [
        {type: 'output_text', text: 'Let me look'},
        {type: 'refusal', refusal: 'Not that'},
      ],
    },
    {type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}'},
    {type: 'custom_tool_call', call_id: 'call_2', name: 'sql', input: 'SELECT 1'},
    {type: 'function_call_output', call_id: 'call_1', output: 'A cat'},
    {type: 'custom_tool_call_output', call_id: 'call_2', output: '1'},
  ])
})

test.each([null, '', undefined, []])(
  'an assistant that only calls a tool says nothing (%j)',
  (content) => {
    expect(toInput({role: 'assistant', content, tool_calls: [CALL]})).toEqual([
      {type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{"at":1}'},
    ])
  },
)

test.each(['', undefined])('a call whose arguments are %j has an empty object', (given) => {
  const call = {...CALL, function: {name: 'look', arguments: given}}

  expect(toInput({role: 'assistant', tool_calls: [call]})).toMatchObject([{arguments: '{}'}])
})

test('parts of an assistant are text and refusals', () => {
  const content = [
    {type: 'text', text: 'Yes'},
    {type: 'refusal', refusal: 'No'},
  ]

  expect(toInput({role: 'assistant', content})).toMatchObject([
    {
      content: [
        {type: 'output_text', text: 'Yes'},
        {type: 'refusal', refusal: 'No'},
      ],
    },
  ])
})

test('an image that a tool gives back stays an image', () => {
  const content = [
    {type: 'text', text: 'Screenshot:'},
    {type: 'image_url', image_url: {url: PIXEL}},
  ]

  expect(
    toInput(
      {role: 'assistant', tool_calls: [CALL]},
      {role: 'tool', tool_call_id: 'call_1', content},
    ),
  ).toMatchObject([
    {},
    {
      type: 'function_call_output',
      output: [
        {type: 'input_text', text: 'Screenshot:'},
        {type: 'input_image', image_url: PIXEL},
      ],
    },
  ])
})

test('a tool that gives nothing back gives an empty text', () => {
  expect(toInput({role: 'tool', tool_call_id: 'call_1', content: null})).toEqual([
    {type: 'function_call_output', call_id: 'call_1', output: ''},
  ])
})

test('calls in the older form get an id that stays the same', () => {
  const messages = [
    USER,
    {role: 'assistant', content: null, function_call: {name: 'look', arguments: '{}'}},
    {role: 'function', name: 'look', content: 'A cat'},
    {role: 'assistant', content: null, function_call: {name: 'look', arguments: '{}'}},
    {role: 'function', name: 'look', content: 'A dog'},
  ]

  expect(toInput(...messages)).toMatchObject([
    {role: 'user'},
    {type: 'function_call', call_id: 'call_messages_1_function', name: 'look'},
    {type: 'function_call_output', call_id: 'call_messages_1_function', output: 'A cat'},
    {type: 'function_call', call_id: 'call_messages_3_function', name: 'look'},
    {type: 'function_call_output', call_id: 'call_messages_3_function', output: 'A dog'},
  ])
})

test('reasoning that a client sends back is left out, and named', () => {
  const assistant = {role: 'assistant', content: 'Yes', reasoning_content: 'Hm', audio: null}

  const {request, changes} = toResponsesRequest({
    model: 'gpt-5.2',
    messages: [USER, assistant, USER],
  })

  expect(JSON.stringify(request)).not.toContain('Hm')
  expect(changes).toEqual([
    {
      field: 'messages[1].reasoning_content',
      action: 'dropped',
      reason: 'Reasoning needs its signature',
    },
  ])
})

test('tools lose a level, and say what this API leaves unsaid', () => {
  const parameters = {type: 'object', properties: {at: {type: 'number'}}}
  const grammar = {definition: 'start: "a"', syntax: 'lark'}
  const tools = [
    {type: 'function', function: {name: 'look', description: 'Looks', parameters, strict: true}},
    {type: 'function', function: {name: 'stop'}},
    {type: 'custom', custom: {name: 'sql', format: {type: 'grammar', grammar}}},
    {type: 'function', name: 'flat', parameters},
    {type: 'web_search'},
  ]

  expect(convert({tools})['tools']).toEqual([
    {type: 'function', name: 'look', description: 'Looks', parameters, strict: true},
    {type: 'function', name: 'stop', parameters: {type: 'object', properties: {}}, strict: false},
    {type: 'custom', name: 'sql', format: {type: 'grammar', ...grammar}},
    {type: 'function', name: 'flat', parameters},
    {type: 'web_search'},
  ])
})

test('functions in the older form are tools', () => {
  const request = convert({
    functions: [{name: 'look', parameters: {type: 'object', properties: {}}}],
    function_call: {name: 'look'},
  })

  expect(request).toMatchObject({
    tools: [{type: 'function', name: 'look', strict: false}],
    tool_choice: {type: 'function', name: 'look'},
  })
  expect(request).not.toHaveProperty('functions')
  expect(request).not.toHaveProperty('function_call')
})

test.each([
  [{tool_choice: 'none'}, 'none'],
  [{tool_choice: 'auto'}, 'auto'],
  [{tool_choice: 'required'}, 'required'],
  [{function_call: 'none'}, 'none'],
  [{tool_choice: {type: 'function', function: {name: 'look'}}}, {type: 'function', name: 'look'}],
  [{tool_choice: {type: 'custom', custom: {name: 'sql'}}}, {type: 'custom', name: 'sql'}],
  [
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: {mode: 'auto', tools: [{type: 'function', function: {name: 'look'}}]},
      },
    },
    {type: 'allowed_tools', mode: 'auto', tools: [{type: 'function', name: 'look'}]},
  ],
  [{tool_choice: {type: 'web_search'}}, {type: 'web_search'}],
])('%j is the choice %j', (body, choice) => {
  expect(convert(body)['tool_choice']).toEqual(choice)
})

test.each([
  [{type: 'text'}, {type: 'text'}],
  [{type: 'json_object'}, {type: 'json_object'}],
  [
    {type: 'json_schema', json_schema: {name: 'city', strict: true, schema: {type: 'object'}}},
    {type: 'json_schema', name: 'city', strict: true, schema: {type: 'object'}},
  ],
  [
    {type: 'json_schema', json_schema: {schema: {type: 'object'}}},
    {type: 'json_schema', name: 'response', schema: {type: 'object'}},
  ],
])('the format %j is %j', (format, expected) => {
  expect(convert({response_format: format})['text']).toEqual({format: expected})
})

test('effort and verbosity move to where the Responses API has them', () => {
  expect(convert({reasoning_effort: 'high', verbosity: 'low'})).toMatchObject({
    reasoning: {effort: 'high'},
    text: {verbosity: 'low'},
  })
})

test('reasoning in the form of other servers keeps what the Responses API has', () => {
  const reasoning = {effort: 'low', summary: 'detailed', max_tokens: 100}

  expect(convert({reasoning})['reasoning']).toEqual({effort: 'low', summary: 'detailed'})
})

test('what both APIs have, and what neither has, stays as it is', () => {
  const same = {
    parallel_tool_calls: false,
    service_tier: 'priority',
    prompt_cache_key: 'conversation-1',
    temperature: 0.5,
    max_completion_tokens: 100,
    stop: ['\n'],
    seed: 1,
    logprobs: true,
  }

  expect(convert({...same, n: 1, stream_options: {include_usage: true}})).toEqual({
    ...convert({}),
    ...same,
  })
})

test.each([
  [{stream_options: {include_usage: true}}, true],
  [{stream_options: {}}, false],
  [{stream_options: null}, false],
  [{}, false],
])('%j: usage is asked for is %s', (fields, includeUsage) => {
  const chat = toResponsesRequest({model: 'm', messages: [USER], stream: true, ...fields})

  expect(chat).toMatchObject({includeUsage, request: {stream: true}})
  expect(chat.request).not.toHaveProperty('stream_options')
})

test.each([
  [{messages: undefined}, '`messages` must be a list with at least one message'],
  [{messages: []}, '`messages` must be a list with at least one message'],
  [
    {messages: [{role: 'user', content: 7}]},
    '`messages[0].content` must be a text or a list of parts',
  ],
  [{messages: [{role: 'user'}]}, '`messages[0].content` must be a text or a list of parts'],
  [{messages: [{role: 'user', content: [null]}]}, '`messages[0].content[0]` must be an object'],
  [
    {messages: [{role: 'user', content: [{type: 'text', text: {}}]}]},
    '`messages[0].content[0].text` must be a text',
  ],
  [
    {messages: [{role: 'user', content: [{type: 'image_url'}]}]},
    '`messages[0].content[0].image_url.url` must be a text',
  ],
  [
    {messages: [{role: 'user', content: [{type: 'file', file: {}}]}]},
    '`messages[0].content[0].file.file_data` must hold the file as a data URL',
  ],
  [
    {messages: [{role: 'user', content: [{type: 'input_audio'}]}]},
    '`messages[0].content[0]` is audio, which Codex models cannot hear. Send what was said as text.',
  ],
  [
    {messages: [{role: 'user', content: [{type: 'video_url'}]}]},
    '`messages[0].content[0].type` is "video_url"; it must be text, image_url or file',
  ],
  [{tools: {}}, '`tools` must be a list'],
  [{tools: ['look']}, '`tools[0]` must be an object'],
  [{tools: [{type: 'function', function: {}}]}, '`tools[0].function.name` must be a text'],
  [{tools: [{}]}, '`tools[0].type` must be a text'],
  [{functions: [{}]}, '`functions[0].name` must be a text'],
  [{response_format: 'json'}, '`response_format.type` must be text, json_object or json_schema'],
  [{n: 2}, '`n` must be 1: Codex gives one answer to a request'],
])('%j is refused with its place', (body, message) => {
  expect(refusalOf(body)).toBe(message)
})

test('an image that no model reads is refused before it is part of a conversation', () => {
  const image = {type: 'image_url', image_url: {url: 'data:image/svg+xml;base64,PHN2Zz4='}}

  expect(refusalOf({messages: [{role: 'user', content: [image]}]})).toMatch(
    /`messages\[0\]\.content\[0\]\.image_url\.url` is an SVG drawing/,
  )
})
