import {expect, test} from 'vitest'
import {toResponsesRequest} from '../../../src/dialects/chat-completions/to-responses-request.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {prepareRequest} from '../../../src/responses/request/prepare-request.ts'
import {checkInput} from '../../../src/simulator/responses/check-input.ts'
import {responsesRequestSchema} from '../../../src/simulator/responses/responses-request.ts'

const USER = {role: 'user', content: 'hi'}
const HI = {type: 'message', role: 'user', content: [{type: 'input_text', text: 'hi'}]}
const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA'

/** What the backend is asked, which its stand-in takes. */
function ask(body: Record<string, unknown>) {
  const {request} = toResponsesRequest({model: 'gpt-5.5', ...body})
  const options = {items: createItemMemory(), preferences: {reasoningSummary: 'none'} as const}
  const sent = responsesRequestSchema.parse(JSON.parse(prepareRequest(request, options).body))
  expect(checkInput(sent.input, 'account')).toBeUndefined()
  return sent.input
}

test('parts of the Responses API are read as those of a chat', () => {
  const content = [
    {type: 'input_text', text: 'Look'},
    {type: 'input_image', image_url: PNG, detail: 'low'},
    {type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA=='},
  ]
  const said = [{type: 'output_text', text: 'I see'}]

  expect(
    ask({
      messages: [
        {role: 'assistant', content: said},
        {role: 'user', content},
      ],
    }),
  ).toEqual([
    {type: 'message', role: 'assistant', content: said},
    {type: 'message', role: 'user', content},
  ])
})

test('a body of the Responses API is answered as a chat', () => {
  expect(ask({input: [{...HI}]})).toEqual([HI])
})

test.each([
  [{x: 1}, '{"x":1}'],
  [null, '{}'],
])(
  'the arguments %j of a call without an id are read, and its output finds it',
  (given, expected) => {
    const messages = [
      USER,
      {role: 'assistant', content: null, tool_calls: [{function: {name: 'f', arguments: given}}]},
      {role: 'tool', content: 'done'},
    ]

    expect(ask({messages})).toEqual([
      HI,
      {type: 'function_call', call_id: 'call_1', name: 'f', arguments: expected},
      {type: 'function_call_output', call_id: 'call_1', output: 'done'},
    ])
  },
)

test('the history of a custom tool that a client wrote as that of a function is mended', () => {
  const called = {name: 'patch', arguments: '{"input":"*** Begin"}'}
  const messages = [
    USER,
    {role: 'assistant', tool_calls: [{id: 'call_1', type: 'function', function: called}]},
    {role: 'tool', tool_call_id: 'call_1', content: 'ok'},
  ]

  expect(ask({messages, tools: [{type: 'custom', custom: {name: 'patch'}}]})).toEqual([
    HI,
    {type: 'custom_tool_call', call_id: 'call_1', name: 'patch', input: '*** Begin'},
    {type: 'custom_tool_call_output', call_id: 'call_1', output: 'ok'},
  ])
})

test.each([
  ['a narrator', {role: 'narrator', content: 'x'}],
  ['a text', 'x'],
  ['a list of calls that is none', {role: 'assistant', content: 'x', tool_calls: {}}],
  ['an output of a function that was not called', {role: 'function', name: 'look', content: 'x'}],
  ['audio', {role: 'user', content: [{type: 'input_audio', input_audio: {data: 'x'}}]}],
  ['an image', {role: 'user', content: [{type: 'image_url', image_url: {url: 'file:///x'}}]}],
  ['a part of nobody', {role: 'user', content: [{type: 'x_part'}]}],
  ['an item', {type: 'x_item', text: 'x'}],
])('%s in an older turn blocks no chat', (_, message) => {
  const input = ask({messages: [message, {role: 'assistant', content: 'Hm'}, USER]})

  expect(input.at(-1)).toEqual(HI)
  expect(JSON.stringify(input[0])).toMatch(/"x"|x_|audio|image/)
})

test('a chat in which nobody says anything is refused with a sentence', () => {
  expect(() => ask({messages: [{role: 'user', content: ''}]})).toThrow(
    /^There is nothing to answer/,
  )
})
