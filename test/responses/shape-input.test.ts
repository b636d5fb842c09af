import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../src/errors.ts'
import {createItemMemory, type Item} from '../../src/responses/item-memory.ts'
import {shapeInput} from '../../src/responses/shape-input.ts'

function shape(input: unknown, remembered: readonly Item[] = []) {
  const items = createItemMemory()
  for (const item of remembered) items.remember(item, 10)
  const changes: string[] = []
  const shaped = shapeInput(input, {items, onChange: (change) => void changes.push(change)})
  return {shaped, changes}
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
    changes: [],
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
  expect(changes).toEqual(['input: item_reference to an item that is gone was dropped'])
})

test('reasoning that the backend would have to look up is dropped, and said to be', () => {
  const {shaped, changes} = shape([{type: 'reasoning', id: 'rs_1', summary: []}])

  expect(shaped).toEqual([])
  expect(changes).toEqual(['input: reasoning without encrypted_content was dropped'])
})

test('an output whose call is gone becomes a message, with its images', () => {
  const image = {type: 'input_image', image_url: 'data:image/png;base64,AA=='}
  const {shaped, changes} = shape([
    {type: 'function_call_output', call_id: 'call_1', output: 'forty-two'},
    {type: 'custom_tool_call_output', call_id: 'call_2', output: [image]},
  ])

  expect(shaped).toEqual([
    {
      type: 'message',
      role: 'user',
      content: [
        {type: 'input_text', text: 'Output of tool call call_1:'},
        {type: 'input_text', text: 'forty-two'},
      ],
    },
    {
      type: 'message',
      role: 'user',
      content: [{type: 'input_text', text: 'Output of tool call call_2:'}, image],
    },
  ])
  expect(changes).toEqual([
    'input: tool output without its call became a message',
    'input: tool output without its call became a message',
  ])
})

test('a call that was never answered is answered right behind it', () => {
  const call = {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}'}
  const custom = {type: 'custom_tool_call', call_id: 'call_2', name: 'exec', input: 'x'}
  const {shaped, changes} = shape([call, custom, {role: 'user', content: 'Go on'}])

  expect(shaped).toEqual([
    call,
    {type: 'function_call_output', call_id: 'call_1', output: 'aborted'},
    custom,
    {type: 'custom_tool_call_output', call_id: 'call_2', output: 'aborted'},
    {role: 'user', content: 'Go on'},
  ])
  expect(changes).toHaveLength(2)
})

test('calls that the backend answered itself need no output', () => {
  const search = {type: 'web_search_call', status: 'completed', action: {type: 'search'}}

  expect(shape([search])).toEqual({shaped: [search], changes: []})
})

test.each([undefined, null, 7, {role: 'user'}])('an input of %j is refused', (input) => {
  expect(() => shape(input)).toThrow(RequestInvalidError)
})

test('an element that is not an object is refused by its place', () => {
  expect(() => shape([{role: 'user', content: 'Hi'}, 'there'])).toThrow('`input[1]`')
})
