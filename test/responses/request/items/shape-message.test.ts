import {expect, test} from 'vitest'
import type {Item} from '../../../../src/responses/request/memory/item-memory.ts'
import {shapeMessage} from '../../../../src/responses/request/items/shape-message.ts'
import {createPlace} from '../../../support/engine/create-place.ts'

const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA'

function shape(message: Item, isNewest = false) {
  const {place, changes} = createPlace({isNewest})
  const shaped = shapeMessage(message, place)
  return {shaped, changes: changes()}
}

test('"System messages are not allowed": they become developer messages', () => {
  expect(shape({role: 'system', content: 'Be brief'})).toEqual({
    shaped: [{role: 'developer', content: 'Be brief'}],
    changes: ['input[0].role replaced'],
  })
})

test('a message as it should be is handed on without a copy', () => {
  const message = {
    role: 'user',
    content: [
      {type: 'input_text', text: 'Look'},
      {type: 'input_image', image_url: PNG, detail: 'high'},
      {type: 'input_file', file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf'},
    ],
  }

  expect(shape(message).shaped[0]).toBe(message)
})

test('an assistant says only output_text and refusals', () => {
  const message = {
    role: 'assistant',
    content: [
      {type: 'input_text', text: 'a'},
      {type: 'text', text: 'b'},
      {type: 'output_text', text: 'c', annotations: []},
      {type: 'refusal', refusal: 'd'},
      'e',
    ],
  }

  expect(shape(message)).toEqual({
    shaped: [
      {
        role: 'assistant',
        content: [
          {type: 'output_text', text: 'a'},
          {type: 'output_text', text: 'b'},
          {type: 'output_text', text: 'c', annotations: []},
          {type: 'refusal', refusal: 'd'},
          {type: 'output_text', text: 'e'},
        ],
      },
    ],
    changes: [
      'input[0].content[0].type renamed',
      'input[0].content[1].type renamed',
      'input[0].content[4] replaced',
    ],
  })
})

test('an image in an assistant message becomes a user message behind it', () => {
  const content = [
    {type: 'output_text', text: 'Here'},
    {type: 'input_image', image_url: PNG},
  ]

  expect(shape({role: 'assistant', content})).toEqual({
    shaped: [
      {role: 'assistant', content: [{type: 'output_text', text: 'Here'}]},
      {type: 'message', role: 'user', content: [{type: 'input_image', image_url: PNG}]},
    ],
    changes: ['input[0] moved'],
  })
})

test('parts of Chat Completions get their names here', () => {
  const content = [
    {type: 'text', text: 'Look'},
    {type: 'output_text', text: 'quoted', annotations: []},
    {type: 'refusal', refusal: 'No'},
    {type: 'image_url', image_url: {url: PNG, detail: 'low'}},
    {type: 'input_image', image_url: {url: 'https://example.com/a.png'}},
    {type: 'file', file: {file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf'}},
  ]

  expect(shape({role: 'user', content}).shaped).toEqual([
    {
      role: 'user',
      content: [
        {type: 'input_text', text: 'Look'},
        {type: 'input_text', text: 'quoted'},
        {type: 'input_text', text: 'No'},
        {type: 'input_image', image_url: PNG, detail: 'low'},
        {type: 'input_image', image_url: 'https://example.com/a.png'},
        {type: 'input_file', file_data: 'data:application/pdf;base64,AA==', filename: 'a.pdf'},
      ],
    },
  ])
})

test('"prompt_cache_breakpoint is not supported": marks for a cache are dropped', () => {
  const content = [
    {type: 'input_text', text: 'a', prompt_cache_breakpoint: true},
    {type: 'input_text', text: 'b', cache_control: {type: 'ephemeral'}},
  ]

  expect(shape({role: 'user', content})).toEqual({
    shaped: [
      {
        role: 'user',
        content: [
          {type: 'input_text', text: 'a'},
          {type: 'input_text', text: 'b'},
        ],
      },
    ],
    changes: [
      'input[0].content[0].prompt_cache_breakpoint dropped',
      'input[0].content[1].cache_control dropped',
    ],
  })
})

test('an image that names a file of the backend needs no address', () => {
  const message = {
    role: 'user',
    content: [{type: 'input_image', image_url: null, file_id: 'file_1'}],
  }

  expect(shape(message).shaped[0]).toBe(message)
})

test.each([
  [null, []],
  [undefined, []],
  ['', []],
  [{type: 'text', text: 'Hi'}, [{role: 'user', content: [{type: 'input_text', text: 'Hi'}]}]],
  [7, [{role: 'user', content: [{type: 'input_text', text: '7'}]}]],
  [[null, {type: 'text', text: ''}], []],
])('content of %j is understood as far as there is any', (content, expected) => {
  expect(shape({role: 'user', content}).shaped).toEqual(expected)
})

test('an image that cannot be read is refused by its place in what the user has just said', () => {
  const content = [{type: 'input_text', text: 'Look'}, {type: 'input_image'}]

  expect(() => shape({role: 'user', content}, true)).toThrow(
    'The image in `input[0].content[1]` is empty. Remove it from the conversation, or attach it as a PNG, JPEG, GIF or WebP file of at most 20 MB.',
  )
})
