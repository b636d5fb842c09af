import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../../src/errors.ts'
import type {JsonObject} from '../../../src/base/json-object.ts'
import {createLiveCatalogue} from '../../../src/models/model-catalogue.ts'
import type {ModelCatalogue, ModelInfo} from '../../../src/models/model-info.ts'
import {createItemMemory} from '../../../src/responses/request/items/item-memory.ts'
import {
  prepareRequest,
  type PrepareOptions,
} from '../../../src/responses/request/prepare-request.ts'
import type {RequestPreferences} from '../../../src/responses/request/request-preferences.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAA'
const input = [{role: 'user', content: [{type: 'input_text', text: 'Hi'}]}]

const MODEL: ModelInfo = {
  id: 'gpt-6.1-sol',
  name: 'GPT-6.1 Sol',
  efforts: ['low', 'medium', 'high', 'xhigh', 'max', 'ultra'],
  defaultEffort: 'low',
  contextWindow: 258_400,
  vision: true,
  verbosity: true,
  fast: true,
  lite: false,
  listed: true,
}

/** The models of an account that has only one. */
function createCatalogue(model: Partial<ModelInfo>): ModelCatalogue {
  return createLiveCatalogue([{...MODEL, ...model}])
}

async function prepare(
  request: JsonObject,
  preferences: Partial<RequestPreferences> = {},
  options: Partial<PrepareOptions> = {},
) {
  const prepared = prepareRequest(request, {
    items: createItemMemory(),
    preferences: {reasoningSummary: 'auto', ...preferences},
    ...options,
  })
  return {...prepared, body: JSON.parse(prepared.body) as JsonObject}
}

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

test('effort `none` asks for no reasoning at all', async () => {
  expect((await prepare({model: 'gpt-5.2', input})).body).not.toHaveProperty('reasoning')
  const none = {effort: 'none'}
  expect((await prepare({model: 'gpt-5.1-low', input, reasoning: none})).body).not.toHaveProperty(
    'reasoning',
  )
})

test('an effort the model does not have is clamped, and named', async () => {
  const {body, changes} = await prepare({
    model: 'gpt-5.1-codex',
    input,
    reasoning: {effort: 'xhigh'},
  })

  expect(body['reasoning']).toEqual({effort: 'high', summary: 'auto'})
  expect(changes).toEqual([
    {
      field: 'reasoning.effort',
      action: 'clamped',
      reason: 'The model takes high instead of xhigh',
    },
  ])
})

test('a model we do not know is asked for a summary and nothing else', async () => {
  expect((await prepare({model: 'gpt-9', input})).body).toMatchObject({
    model: 'gpt-9',
    reasoning: {summary: 'auto'},
  })
})

test('`include` is kept and completed once', async () => {
  const include = ['web_search_call.action.sources', 'reasoning.encrypted_content']

  expect((await prepare({model: 'gpt-5.2', input, include})).body['include']).toEqual(include)
})

test.each([
  ['fast', 'priority', ['renamed']],
  ['priority', 'priority', []],
  ['flex', 'flex', []],
  ['auto', undefined, ['dropped']],
  [7, undefined, ['dropped']],
  [null, undefined, []],
])(
  '`fast` is a word of the clients: service tier %j becomes %j',
  async (tier, expected, actions) => {
    const prepared = await prepare({model: 'gpt-5.2', input, service_tier: tier})

    expect(prepared.body['service_tier']).toBe(expected)
    expect(prepared.changes.map(({action}) => action)).toEqual(actions)
  },
)

test('what a model does not have is not asked of it', async () => {
  const plain = {catalogue: createCatalogue({fast: false, verbosity: false})}
  const request = {
    model: 'gpt-6.1-sol',
    input,
    service_tier: 'fast',
    text: {verbosity: 'low', format: {type: 'json_object'}},
  }

  const {body, changes} = await prepare(request, {textVerbosity: 'high', fastMode: true}, plain)

  expect(body).not.toHaveProperty('service_tier')
  expect(body['text']).toEqual({format: {type: 'json_object'}})
  expect(changes.map(({field, action}) => [field, action])).toEqual([
    ['text.verbosity', 'dropped'],
    ['service_tier', 'dropped'],
  ])
})

test('fast mode counts where the model has it and the request says nothing', async () => {
  const fast = {catalogue: createCatalogue({})}
  const slow = {catalogue: createCatalogue({fast: false})}
  const request = {model: 'gpt-6.1-sol', input}
  const flex = {...request, service_tier: 'flex'}
  const on = {fastMode: true}

  expect((await prepare(request, on, fast)).body['service_tier']).toBe('priority')
  expect((await prepare(flex, on, fast)).body['service_tier']).toBe('flex')
  expect((await prepare(request, on, slow)).body).not.toHaveProperty('service_tier')
  expect((await prepare({model: 'gpt-9', input}, on, fast)).body).not.toHaveProperty('service_tier')
  expect((await prepare(request, {}, fast)).body).not.toHaveProperty('service_tier')
})

test('the preferences of the user count where the request says nothing', async () => {
  const preferences = {
    reasoningSummary: 'none',
    textVerbosity: 'low',
    instructions: 'Speak French',
  } as const

  expect((await prepare({model: 'gpt-5.2-high', input}, preferences)).body).toMatchObject({
    reasoning: {effort: 'high'},
    text: {verbosity: 'low'},
    instructions: 'Speak French',
  })
  expect((await prepare({model: 'gpt-5.2-high', input}, preferences)).body['reasoning']).toEqual({
    effort: 'high',
  })
  expect(
    (
      await prepare(
        {
          model: 'gpt-5.2-high',
          input,
          instructions: 'Speak German',
          text: {verbosity: 'high'},
          reasoning: {summary: 'detailed'},
        },
        preferences,
      )
    ).body,
  ).toMatchObject({
    instructions: 'Speak German',
    text: {verbosity: 'high'},
    reasoning: {effort: 'high', summary: 'detailed'},
  })
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

test.each([
  ['minimal', 'low'],
  ['ultra', 'max'],
  ['high', 'high'],
])('effort %s is asked for as %s, a word of the wire that the model has', async (effort, wire) => {
  const {body, changes} = await prepare(
    {model: 'gpt-6.1-sol', input, reasoning: {effort}},
    {},
    {catalogue: createCatalogue({})},
  )

  expect(body['reasoning']).toEqual({effort: wire, summary: 'auto'})
  expect(changes).toHaveLength(effort === wire ? 0 : 1)
})

test('an effort in a model id that the model does not have is clamped, and named', async () => {
  const {body, changes} = await prepare({model: 'gpt-5.1-codex-mini-low', input})

  expect(body).toMatchObject({model: 'gpt-5.1-codex-mini', reasoning: {effort: 'medium'}})
  expect(changes).toEqual([
    {
      field: 'model',
      action: 'clamped',
      reason: 'The model has no effort low; medium comes nearest',
    },
  ])
})

test('an effort that is none is dropped, and named without its words', async () => {
  const {body, changes} = await prepare({model: 'gpt-9', input, reasoning: {effort: 'secret'}})

  expect(body['reasoning']).toEqual({summary: 'auto'})
  expect(changes).toEqual([
    {field: 'reasoning.effort', action: 'dropped', reason: 'It is no effort that is known'},
  ])
})

test('fields of Chat Completions are understood, and named', async () => {
  const schema = {type: 'object', properties: {}}
  const {body, changes} = await prepare({
    model: 'gpt-5.2',
    input,
    reasoning_effort: 'high',
    verbosity: 'low',
    response_format: {type: 'json_schema', json_schema: {name: 'answer', schema, strict: true}},
    functions: [{name: 'read', parameters: schema}],
    function_call: {name: 'read'},
    max_tokens: 100,
  })

  expect(body).toMatchObject({
    reasoning: {effort: 'high'},
    text: {verbosity: 'low', format: {type: 'json_schema', name: 'answer', schema, strict: true}},
    tools: [{type: 'function', name: 'read', parameters: schema, strict: false}],
    tool_choice: {type: 'function', name: 'read'},
  })
  expect(changes.map(({field, action}) => `${field} ${action}`)).toEqual([
    'max_tokens dropped',
    'reasoning_effort renamed',
    'response_format renamed',
    'text.format.schema repaired',
    'verbosity renamed',
    'functions renamed',
    'function_call renamed',
  ])
})

test('fields of the Responses API win over those of Chat Completions', async () => {
  const {body} = await prepare({
    model: 'gpt-5.2',
    input,
    reasoning: {effort: 'low'},
    reasoning_effort: 'high',
    text: {verbosity: 'low', format: {type: 'text'}},
    verbosity: 'high',
    response_format: {type: 'json_object'},
    tool_choice: 'none',
    function_call: 'auto',
  })

  expect(body).toMatchObject({
    reasoning: {effort: 'low'},
    text: {verbosity: 'low', format: {type: 'text'}},
    tool_choice: 'none',
  })
})

test.each([
  ['auto', 'auto'],
  ['required', 'required'],
  [
    {type: 'function', function: {name: 'read'}},
    {type: 'function', name: 'read'},
  ],
  [{type: 'image_generation'}, {type: 'image_generation'}],
  [
    {type: 'allowed_tools', mode: 'auto', tools: []},
    {type: 'allowed_tools', mode: 'auto', tools: []},
  ],
  [7, undefined],
  [null, undefined],
])('the choice of a tool is the choice of the caller: %j', async (choice, expected) => {
  expect(
    (await prepare({model: 'gpt-5.2', input, tool_choice: choice})).body['tool_choice'],
  ).toEqual(expected)
})

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

test('fields of reasoning in other APIs are dropped, and new ones are passed on', async () => {
  const reasoning = {effort: 'low', summary: 'loud', max_tokens: 9, enabled: true, context: 'auto'}
  const {body, changes} = await prepare({model: 'gpt-5.2', input, reasoning})

  expect(body['reasoning']).toEqual({effort: 'low', summary: 'auto', context: 'auto'})
  expect(changes.map(({field}) => field)).toEqual([
    'reasoning.enabled',
    'reasoning.max_tokens',
    'reasoning.summary',
  ])
})

test('"Store must be set to false": whatever the caller says, nothing is stored', async () => {
  const {body, changes} = await prepare({model: 'gpt-5.2', input, store: true, stream: false})

  expect(body).toMatchObject({store: false, stream: true})
  expect(changes).toEqual([
    {field: 'store', action: 'replaced', reason: 'The backend stores nothing'},
  ])
})

test('a request for a lite model has the shape of the official client', async () => {
  const tools = [
    {type: 'function', name: 'read', parameters: {type: 'object', properties: {}}},
    {type: 'web_search'},
  ]
  const {body, lite} = await prepare(
    {
      model: 'gpt-6.1-sol',
      input,
      tools,
      tool_choice: 'auto',
      parallel_tool_calls: true,
      instructions: 'Be brief',
      prompt_cache_key: 'conversation-1',
    },
    {reasoningSummary: 'none'},
    {catalogue: createCatalogue({lite: true})},
  )

  expect(lite).toBe(true)
  expect(body).toEqual({
    model: 'gpt-6.1-sol',
    stream: true,
    input: [
      {type: 'additional_tools', role: 'developer', tools},
      {type: 'message', role: 'developer', content: [{type: 'input_text', text: 'Be brief'}]},
      ...input,
    ],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    reasoning: {effort: 'low', context: 'all_turns'},
    store: false,
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'conversation-1',
  })
})

test('a lite model that its caller told what to do is not told by us too', async () => {
  const developer = {role: 'developer', content: 'You are in an editor'}
  const catalogue = createCatalogue({lite: true})
  const request = {model: 'gpt-6.1-sol', input: [developer, ...input], tools: []}

  const {body} = await prepare(request, {}, {catalogue})
  const preferred = await prepare(request, {instructions: 'Speak French'}, {catalogue})

  expect(body['input']).toEqual(request.input)
  expect(preferred.body['input']).toEqual([
    {type: 'message', role: 'developer', content: [{type: 'input_text', text: 'Speak French'}]},
    ...request.input,
  ])
})

test('tools that a caller of a lite model has put into its input stay the first', async () => {
  const tools = {type: 'additional_tools', role: 'developer', tools: []}
  const {body} = await prepare(
    {model: 'gpt-6.1-sol', input: [tools, ...input]},
    {},
    {catalogue: createCatalogue({lite: true})},
  )

  expect((body['input'] as unknown[])[0]).toEqual(tools)
  expect(body['input']).toHaveLength(3)
})

test('other models and models we do not know are asked in the classic form', async () => {
  const catalogue = createCatalogue({})

  expect((await prepare({model: 'gpt-6.1-sol', input}, {}, {catalogue})).lite).toBe(false)
  expect((await prepare({model: 'gpt-9', input}, {}, {catalogue})).lite).toBe(false)
})

test('a retry may leave out what another account encrypted', async () => {
  const history = [
    {type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA'},
    {type: 'compaction', encrypted_content: 'gAAA'},
    ...input,
  ]
  const request = {model: 'gpt-5.2', input: history}

  const {body, changes} = await prepare(request, {}, {withoutEncryptedReasoning: true})

  expect(body['input']).toEqual(input)
  expect(changes.map(({field, action}) => `${field} ${action}`)).toEqual([
    'input[0] dropped',
    'input[1] dropped',
  ])
})

test('a retry without encrypted reasoning belongs to the same conversation', async () => {
  const history = [{type: 'reasoning', summary: [], encrypted_content: 'gAAA'}, ...input]
  const request = {model: 'gpt-5.2', input: history}

  const first = await prepare(request)
  const retry = await prepare(request, {}, {withoutEncryptedReasoning: true})

  expect(retry.conversationId).toBe(first.conversationId)
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
