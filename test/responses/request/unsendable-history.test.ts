import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../../src/errors.ts'
import type {JsonObject} from '../../../src/base/json-object.ts'
import {createStaticCatalogue} from '../../../src/models/model-catalogue.ts'
import {createItemMemory} from '../../../src/responses/request/memory/item-memory.ts'
import {prepareRequest} from '../../../src/responses/request/prepare-request.ts'
import {checkInput} from '../../../src/simulator/responses/check-input.ts'
import {responsesRequestSchema} from '../../../src/simulator/responses/responses-request.ts'
import {createModel} from '../../support/engine/create-model.ts'

const USER = {role: 'user', content: [{type: 'input_text', text: 'hi'}]}
const ANSWER = {role: 'assistant', content: [{type: 'output_text', text: 'Yes'}]}
const BMP = 'data:image/bmp;base64,Qk06AAAAAAAAADYAAAAoAAAA'
const PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA'

const blind = createModel({id: 'gpt-5.5', vision: false})
const catalogue = {
  ...createStaticCatalogue(),
  find: (id: string) => (id === 'gpt-5.5' ? blind : undefined),
}

function prepare(request: JsonObject, reads = 'images') {
  const prepared = prepareRequest(
    {model: 'gpt-5.5', ...request},
    {
      items: createItemMemory(),
      preferences: {reasoningSummary: 'none'},
      ...(reads === 'texts' && {catalogue}),
    },
  )
  const body = JSON.parse(prepared.body) as JsonObject
  const items = body['input'] as readonly JsonObject[]
  const {input} = responsesRequestSchema.parse({...body, text: undefined})
  const plain = input.map((item) => ({...item, encrypted_content: undefined}))
  return {
    body,
    items,
    text: prepared.body,
    changes: prepared.changes.map(({field, action}) => `${field} ${action}`),
    renamedTools: prepared.renamedTools,
    /** What the stand-in of the backend says no with. */
    refusal: plain.some(({type}) => type === 'reasoning') ? undefined : checkInput(plain, 'a'),
  }
}

/** A call of the history and its output. */
function call(fields: JsonObject, output: unknown = 'done'): readonly JsonObject[] {
  return [
    {type: 'function_call', call_id: 'call_1', name: 'read', arguments: '{}', ...fields},
    {type: 'function_call_output', call_id: 'call_1', output},
  ]
}

test('of reasoning, the backend gets what it can decrypt and nothing that others add', () => {
  const reasoning = {
    type: 'reasoning',
    id: 'rs_1',
    status: 'completed',
    summary: [],
    content: [{type: 'reasoning_text', text: 'x'}],
    encrypted_content: 'gAAAA1',
    format: 'openai-responses-v1',
  }

  const {items, changes} = prepare({input: [reasoning, USER]})

  expect(items[0]).toEqual({type: 'reasoning', summary: [], encrypted_content: 'gAAAA1'})
  expect(changes).toEqual([
    'input[].status dropped',
    'input[0].content dropped',
    'input[0].format dropped',
    'input[].id dropped',
  ])
})

test.each(['', ' ', null])('reasoning whose content is %j is left out', (content) => {
  const reasoning = {type: 'reasoning', summary: [], encrypted_content: content}

  expect(prepare({input: [reasoning, USER]}).items).toEqual([USER])
})

test('what a search did keeps its id, and gets one where a client lost it', () => {
  const search = {
    type: 'web_search_call',
    status: 'completed',
    action: {type: 'search', query: 'x'},
  }
  const image = {type: 'image_generation_call', id: 'ig_7', status: 'completed', result: 'UklGRg=='}

  const {items, refusal} = prepare({
    input: [{...search, id: 'ws_7'}, search, {...image, quality: 'low'}, USER],
  })

  expect(items.slice(0, 3)).toEqual([
    {...search, id: 'ws_7'},
    {...search, id: 'ws_input_1_'},
    image,
  ])
  expect(refusal).toBeUndefined()
})

test('an item that only another maker has becomes a note in words', () => {
  const {items, refusal} = prepare({input: [{type: 'x_search_call', id: 'x_1', query: 'q'}, USER]})

  expect(items[0]).toEqual({
    type: 'message',
    role: 'assistant',
    content: [
      {
        type: 'output_text',
        text: '[An item that ChatGPT does not take: {"type":"x_search_call","query":"q"}]',
      },
    ],
  })
  expect(refusal).toBeUndefined()
})

test.each([
  ['multi_tool_use.parallel', 'multi_tool_use_parallel'],
  ['', 'unnamed_tool'],
  ['lies mal', 'lies_mal'],
  ['读取', '_'],
  ['n'.repeat(65), `${'n'.repeat(55)}_99070731`],
])('a finished call of %j is sent under a name that is legal', (name, expected) => {
  const {items, refusal} = prepare({input: [USER, ...call({name}), USER]})

  expect(items[1]).toEqual({
    type: 'function_call',
    call_id: 'call_1',
    name: expected,
    arguments: '{}',
  })
  expect(refusal).toBeUndefined()
})

test('tools have the same legal name wherever they are named, and none gets that of another', () => {
  const dotted = {type: 'function', name: 'a.b', parameters: {type: 'object', properties: {}}}
  const tools = [{...dotted}, {...dotted, name: 'a_b'}, {type: 'custom', name: 'x/y'}]

  const {body, items, renamedTools} = prepare({
    input: [USER, ...call({name: 'a.b'}), USER],
    tools,
    tool_choice: {type: 'function', name: 'a.b'},
  })

  const names = (body['tools'] as JsonObject[]).map(({name}) => name)
  expect(names).toEqual(['a_b_108bf50c', 'a_b', 'x_y'])
  expect(items[1]?.['name']).toBe('a_b_108bf50c')
  expect(body['tool_choice']).toEqual({type: 'function', name: 'a_b_108bf50c'})
  expect([...renamedTools]).toEqual([
    ['a_b_108bf50c', 'a.b'],
    ['x_y', 'x/y'],
  ])
})

test('legal names are not touched, so that answers need no look at them', () => {
  const tools = [{type: 'function', name: 'read', parameters: {}}]

  expect(prepare({input: [USER], tools}).renamedTools.size).toBe(0)
})

test('half an emoji becomes a replacement character, in texts and in names of fields', () => {
  const {text} = prepare({
    input: [USER, ...call({}, 'cut \ud83d'), USER],
    client_metadata: {'key \udc00': 'x'},
    instructions: 'as \\ud83d is written',
  })

  expect(text).toContain('"output":"cut \uFFFD"')
  expect(text).toContain('"key \uFFFD":"x"')
  expect(text).toContain(String.raw`as \\ud83d is written`)
})

test.each([
  [[]],
  [undefined],
  [''],
  [[{role: 'assistant', content: null}]],
  [[{role: 'user', content: [{type: 'input_text', text: ''}]}]],
  [[{type: 'item_reference', id: 'gone'}]],
])('%j says nothing: instructions alone are followed, and without them it is refused', (input) => {
  expect(prepare({instructions: 'Say hi', input}).items).toEqual([
    {
      type: 'message',
      role: 'user',
      content: [{type: 'input_text', text: 'Follow the instructions.'}],
    },
  ])
  expect(() => prepare({input})).toThrow(/^There is nothing to answer/)
})

test('a model that reads no images gets a note, also in place of what a tool showed', () => {
  const image = {type: 'input_image', image_url: PNG}
  const note = {
    type: 'input_text',
    text: '[An image was left out, because this model does not read images]',
  }
  const input = [USER, ...call({}, [image]), {role: 'user', content: [image]}]

  const {items} = prepare({input}, 'texts')

  expect(items[2]?.['output']).toEqual([note])
  expect(items[3]?.['content']).toEqual([note])
  expect(prepare({input}).items[3]?.['content']).toEqual([image])
})

test.each([
  [BMP, 'is a BMP image'],
  ['data:image/png;base64,', 'is empty'],
  ['data:image/png;base64,!!!!', 'was cut off or is not valid base64'],
  ['file:///home/me/a.png', 'is at an address that ChatGPT cannot reach'],
  ['http://localhost:3000/a.png', 'is at an address that ChatGPT cannot reach'],
  ['http://192.168.1.7/a.png', 'is at an address that ChatGPT cannot reach'],
])(
  'the image %s is refused in what the user just said, and a note in older turns',
  (url, fault) => {
    const image = {type: 'input_image', image_url: url}
    const shown = {role: 'user', content: [{type: 'input_text', text: 'Look'}, image]}
    const note = {type: 'input_text', text: `[An image was left out, because it ${fault}]`}

    expect(() => prepare({input: [USER, shown]})).toThrow(RequestInvalidError)
    expect(() => prepare({input: [shown, {role: 'developer', content: 'Be brief'}]})).toThrow(fault)
    const later = prepare({input: [shown, ANSWER, USER, ...call({}, [image])]})
    expect(later.items[0]?.['content']).toEqual([{type: 'input_text', text: 'Look'}, note])
    expect(later.items[4]?.['output']).toEqual([note])
    expect(later.refusal).toBeUndefined()
  },
)

test('a part of a type that nobody knows here is told in words', () => {
  const content = [{type: 'tool_use', name: 'x', cache_control: null}]

  expect(prepare({input: [{role: 'assistant', content}, USER]}).items[0]?.['content']).toEqual([
    {
      type: 'output_text',
      text: '[A part of a type that ChatGPT does not take: {"type":"tool_use","name":"x","cache_control":null}]',
    },
  ])
})

test('what is longer than the backend takes is shortened with a note', () => {
  const {items, refusal, changes} = prepare({
    input: [
      {role: 'user', content: 'a'.repeat(10_485_761)},
      ...call({arguments: JSON.stringify({text: '\n'.repeat(1_700_000)})}, 'b'.repeat(11_000_000)),
      USER,
    ],
  })

  expect(refusal).toBeUndefined()
  const {note} = JSON.parse(String(items[1]?.['arguments'])) as JsonObject
  expect(note).toMatch(/^The arguments were 3400011 characters long and are shortened here/)
  expect(String(items[2]?.['output'])).toMatch(/^b+\n\[… 514240 characters or more were left out/)
  expect(changes).toEqual([
    'input[0].content clamped',
    'input[1].arguments clamped',
    'input[2].output clamped',
  ])
})

test('calls and outputs without ids find each other in their order', () => {
  const {items, refusal} = prepare({
    input: [
      USER,
      {type: 'function_call', name: 'a', arguments: {x: 1}},
      {type: 'function_call', name: 'b', arguments: null, call_id: 7},
      {type: 'function_call_output', output: 'of a'},
      {type: 'function_call_output', call_id: 7, output: 'of b'},
    ],
  })

  expect(refusal).toBeUndefined()
  expect(items.slice(1)).toEqual([
    {type: 'function_call', name: 'a', arguments: '{"x":1}', call_id: 'call_1'},
    {type: 'function_call', name: 'b', arguments: '{}', call_id: '7'},
    {type: 'function_call_output', output: 'of a', call_id: 'call_1'},
    {type: 'function_call_output', output: 'of b', call_id: '7'},
  ])
})

test('a call that is written as one of another kind of tool becomes one of its tool', () => {
  const tools = [
    {type: 'custom', name: 'patch'},
    {type: 'function', name: 'read', parameters: {}},
  ]
  const {items, refusal} = prepare({
    tools,
    input: [
      USER,
      ...call({name: 'patch', arguments: '{"input":"*** Begin"}'}),
      {type: 'custom_tool_call', call_id: 'call_2', name: 'read', input: '{"path":"a"}'},
      {type: 'custom_tool_call_output', call_id: 'call_2', output: 'text'},
    ],
  })

  expect(refusal).toBeUndefined()
  expect(items.slice(1)).toEqual([
    {type: 'custom_tool_call', call_id: 'call_1', name: 'patch', input: '*** Begin'},
    {type: 'custom_tool_call_output', call_id: 'call_1', output: 'done'},
    {type: 'function_call', call_id: 'call_2', name: 'read', arguments: '{"path":"a"}'},
    {type: 'function_call_output', call_id: 'call_2', output: 'text'},
  ])
})

test('roles of other programs are understood', () => {
  const input = [
    {role: 'human', content: 'a'},
    {role: 'model', content: 'b'},
    {role: 'user', content: 'c'},
  ]

  expect(prepare({input}).items.map(({role}) => role)).toEqual(['user', 'assistant', 'user'])
})

test.each(['web_search_preview', 'web_search_preview_2025_03_11'])('%s is web_search', (type) => {
  const {body} = prepare({
    input: [USER],
    tools: [{type, search_context_size: 'low'}],
    tool_choice: {type},
  })

  expect(body['tools']).toEqual([{type: 'web_search', search_context_size: 'low'}])
  expect(body['tool_choice']).toEqual({type: 'web_search'})
})
