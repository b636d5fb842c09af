import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../../../src/errors.ts'
import {createItemMemory, type Item} from '../../../../src/responses/request/memory/item-memory.ts'
import {createChangeList} from '../../../../src/responses/request-change.ts'
import {shapeInput} from '../../../../src/responses/request/items/shape-input.ts'

function shape(input: unknown, remembered: readonly Item[] = []) {
  const items = createItemMemory()
  for (const item of remembered) items.remember(item, 10)
  const {changes, report} = createChangeList()
  const shaped = shapeInput(input, {items, report})
  return {shaped, changes: changes.map(({field, action}) => `${field} ${action}`)}
}

test('a text becomes a user message, because the backend takes no text', () => {
  expect(shape('Hello').shaped).toEqual([
    {type: 'message', role: 'user', content: [{type: 'input_text', text: 'Hello'}]},
  ])
})

test('a system message becomes a developer message', () => {
  expect(shape([{role: 'system', content: 'Be brief'}]).shaped).toEqual([
    {role: 'developer', content: 'Be brief'},
  ])
})

test('ids are left out, because nothing is stored under them', () => {
  const input = [
    {type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA'},
    {type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'read', arguments: '{}'},
    {type: 'function_call_output', call_id: 'call_1', output: 'text'},
  ]

  expect(shape(input)).toEqual({
    shaped: [
      {type: 'reasoning', summary: [], encrypted_content: 'gAAA'},
      {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}'},
      {type: 'function_call_output', call_id: 'call_1', output: 'text'},
    ],
    changes: ['input[].id dropped'],
  })
})

test('a reference becomes the item that was seen before', () => {
  const call = {id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}'}
  const input = [
    {type: 'item_reference', id: 'fc_1'},
    {type: 'function_call_output', call_id: 'call_1', output: 'text'},
  ]

  expect(shape(input, [call])).toEqual({
    shaped: [
      {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}'},
      {type: 'function_call_output', call_id: 'call_1', output: 'text'},
    ],
    changes: [],
  })
})

test('a reference to an item that is gone is dropped, and said to be', () => {
  const {shaped, changes} = shape([
    {type: 'item_reference', id: 'rs_9'},
    {role: 'user', content: 'Hi'},
  ])

  expect(shaped).toEqual([{role: 'user', content: 'Hi'}])
  expect(changes).toEqual(['input[0] lost'])
})

test('reasoning that the backend would have to look up is dropped, and said to be', () => {
  const {shaped, changes} = shape([{type: 'reasoning', id: 'rs_1', summary: []}])

  expect(shaped).toEqual([])
  expect(changes).toEqual(['input[0] dropped'])
})

test('a reference may leave out its type', () => {
  const message = {id: 'msg_1', type: 'message', role: 'assistant', content: 'Hi'}

  expect(shape([{id: 'msg_1'}], [message]).shaped).toEqual([
    {type: 'message', role: 'assistant', content: 'Hi'},
  ])
  expect(shape([{id: 'msg_2', type: null}], [message]).shaped).toEqual([])
})

test('when a call is gone, its output is kept as text', () => {
  const {shaped, changes} = shape([
    {type: 'item_reference', id: 'fc_9'},
    {type: 'function_call_output', call_id: 'call_9', output: 'forty-two'},
  ])

  expect(shaped).toEqual([
    {
      type: 'message',
      role: 'user',
      content: [
        {type: 'input_text', text: 'Output of tool call call_9:'},
        {type: 'input_text', text: 'forty-two'},
      ],
    },
  ])
  expect(changes).toEqual(['input[0] lost', 'input replaced'])
})

test('what the memory holds is never taken for a reference itself', () => {
  expect(
    shape([{type: 'item_reference', id: 'x'}], [{type: 'item_reference', id: 'x'}]).shaped,
  ).toEqual([])
})

test('reasoning without a summary gets an empty one, because it is asked for', () => {
  expect(shape([{type: 'reasoning', encrypted_content: 'gAAA'}])).toEqual({
    shaped: [{type: 'reasoning', encrypted_content: 'gAAA', summary: []}],
    changes: ['input[0].summary added'],
  })
})

test('what the official client sends back is passed on as it is', () => {
  const items = [
    {type: 'compaction', encrypted_content: 'gAAA'},
    {type: 'context_compaction', encrypted_content: 'gAAA'},
    {type: 'compaction_trigger'},
    {type: 'additional_tools', role: 'developer', tools: []},
    {type: 'agent_message', role: 'assistant', author: 'x', content: [{type: 'input_text'}]},
    {type: 'web_search_call', id: 'ws_1', status: 'completed', action: {type: 'search'}},
  ]

  expect(shape(items)).toEqual({shaped: items, changes: []})
})

test('the id of a request for approval is kept, because the answer names it', () => {
  const items = [
    {type: 'mcp_approval_request', id: 'mcpr_1', name: 'delete', arguments: '{}'},
    {type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true},
  ]

  expect(shape(items).shaped).toEqual(items)
})

test('messages of Chat Completions become items', () => {
  const call = {id: 'call_1', type: 'function', function: {name: 'read', arguments: '{"a":1}'}}
  const custom = {id: 'call_2', type: 'custom', custom: {name: 'exec', input: 'ls'}}
  const {shaped} = shape([
    {role: 'user', name: 'ada', content: 'Read it'},
    {role: 'assistant', content: 'Reading', refusal: null, tool_calls: [call, custom]},
    {role: 'tool', tool_call_id: 'call_1', content: [{type: 'text', text: 'forty-two'}]},
    {role: 'tool', tool_call_id: 'call_2', content: 'done'},
    {role: 'assistant', content: null, function_call: {name: 'read', arguments: '{}'}},
    {role: 'function', name: 'read', content: 'old'},
    {role: 'assistant', content: null, refusal: 'No'},
  ])

  expect(shaped).toEqual([
    {type: 'message', role: 'user', content: 'Read it'},
    {type: 'message', role: 'assistant', content: 'Reading'},
    {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{"a":1}'},
    {type: 'custom_tool_call', call_id: 'call_2', name: 'exec', input: 'ls'},
    {
      type: 'function_call_output',
      call_id: 'call_1',
      output: [{type: 'input_text', text: 'forty-two'}],
    },
    {type: 'custom_tool_call_output', call_id: 'call_2', output: 'done'},
    {type: 'function_call', call_id: 'function_read', name: 'read', arguments: '{}'},
    {type: 'function_call_output', call_id: 'function_read', output: 'old'},
    {type: 'message', role: 'assistant', content: [{type: 'refusal', refusal: 'No'}]},
  ])
})

test('a tool message without a call becomes a message that can be read', () => {
  expect(shape([{role: 'tool', content: 'forty-two'}]).shaped).toEqual([
    {
      type: 'message',
      role: 'user',
      content: [
        {type: 'input_text', text: 'Output of a tool call:'},
        {type: 'input_text', text: 'forty-two'},
      ],
    },
  ])
})

test('a call that is known by the id of its item alone keeps it as its call_id', () => {
  const {shaped} = shape([
    {type: 'function_call', id: 'fc_1', name: 'read', arguments: {a: 1}},
    {type: 'function_call_output', call_id: 'fc_1', output: {b: 2}},
  ])

  expect(shaped).toEqual([
    {type: 'function_call', call_id: 'fc_1', name: 'read', arguments: '{"a":1}'},
    {type: 'function_call_output', call_id: 'fc_1', output: '{"b":2}'},
  ])
})

test('the output of a local shell is a text, too, for whichever call it answers', () => {
  const call = {type: 'function_call', call_id: 'call_1', name: 'run', arguments: '{}'}

  expect(shape([call, {type: 'local_shell_call_output', call_id: 'call_1'}]).shaped[1]).toEqual({
    type: 'function_call_output',
    call_id: 'call_1',
    output: '',
  })
})

test('a long output is kept whole', () => {
  const output = 'x'.repeat(3_000_000)
  const call = {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}'}

  expect(
    shape([call, {type: 'function_call_output', call_id: 'call_1', output}]).shaped[1],
  ).toEqual({
    type: 'function_call_output',
    call_id: 'call_1',
    output,
  })
})

test('an image in the output of a tool stays an image, and a bad one becomes a note', () => {
  const call = {type: 'function_call', call_id: 'call_1', name: 'shot', arguments: '{}'}
  const png = 'iVBORw0KGgoAAAANSUhEUgAA'
  const output = [{type: 'image', data: png, mimeType: 'image/png'}]

  expect(
    shape([call, {type: 'function_call_output', call_id: 'call_1', output}]).shaped[1],
  ).toEqual({
    type: 'function_call_output',
    call_id: 'call_1',
    output: [{type: 'input_image', image_url: `data:image/png;base64,${png}`}],
  })
  const bad = [{type: 'input_image', image_url: ''}]
  const {shaped, changes} = shape([
    call,
    {type: 'function_call_output', call_id: 'call_1', output: bad},
  ])
  expect(shaped[1]?.['output']).toEqual([
    {type: 'input_text', text: '[An image was left out, because it is empty]'},
  ])
  expect(changes).toEqual(['input[1].output[0] replaced'])
})

test('a screenshot is checked as any image', () => {
  const item = {
    type: 'computer_call_output',
    call_id: 'call_1',
    output: {type: 'computer_screenshot', image_url: 'data:image/png;base64,'},
  }

  expect(shape([item]).shaped).toEqual([
    {
      type: 'message',
      role: 'user',
      content: [
        {type: 'input_text', text: 'Output of tool call call_1:'},
        {type: 'input_text', text: '[An image was left out, because it is empty]'},
      ],
    },
  ])
})

test.each([7, true, {role: 'user'}])('an input of %j is refused', (input) => {
  expect(() => shape(input)).toThrow(RequestInvalidError)
})

test.each(['apply_patch_call_output', 'computer_call_output', 'shell_call_output'])(
  'an image in a list is checked, whichever tool it comes from (%s)',
  (type) => {
    const output = [{type: 'input_image', image_url: 'data:image/svg+xml;base64,PHN2Zy8+'}]

    expect(JSON.stringify(shape([{type, call_id: 'call_1', output}]).shaped)).toContain(
      '[An image was left out, because it is an SVG drawing]',
    )
  },
)

test('an element that is a text is what the user says, and any other that is no object is left out', () => {
  expect(shape([7, 'there', null])).toEqual({
    shaped: [{type: 'message', role: 'user', content: 'there'}],
    changes: ['input[0] dropped', 'input[1] replaced', 'input[2] dropped'],
  })
})
