import {expect, test} from 'vitest'
import {RequestInvalidError} from '../../src/errors.ts'
import type {JsonObject} from '../../src/http/json-object.ts'
import {createItemMemory} from '../../src/responses/item-memory.ts'
import {prepareRequest, type RequestPreferences} from '../../src/responses/prepare-request.ts'

const input = [{role: 'user', content: [{type: 'input_text', text: 'Hi'}]}]

async function prepare(request: JsonObject, preferences: Partial<RequestPreferences> = {}) {
  const prepared = await prepareRequest(request, {
    items: createItemMemory(),
    preferences: {reasoningSummary: 'auto', ...preferences},
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
    tools: [{type: 'function', name: 'read', parameters: {}}],
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
    previous_response_id: 'resp_1',
    stream_options: {},
    background: true,
  }

  const {body, changes} = await prepare({model: 'gpt-5.2', input, ...refused})

  expect(Object.keys(refused).filter((field) => field in body)).toEqual([])
  expect(changes).toEqual(Object.keys(refused).map((field) => `${field} was dropped`))
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
  expect(changes).toEqual(['reasoning.effort xhigh became high'])
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
  ['fast', 'priority', []],
  ['priority', 'priority', []],
  ['auto', undefined, ['service_tier "auto" was dropped']],
  [null, undefined, []],
])('service tier %j becomes %j', async (tier, expected, changes) => {
  const prepared = await prepare({model: 'gpt-5.2', input, service_tier: tier})

  expect(prepared.body['service_tier']).toBe(expected)
  expect(prepared.changes).toEqual(changes)
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

test.each([undefined, '', 7, null])('a model of %j is refused with a sentence', async (model) => {
  await expect(prepare({model, input})).rejects.toThrow(RequestInvalidError)
})
