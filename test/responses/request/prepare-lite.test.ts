import {expect, test} from 'vitest'
import {input, createCatalogue, prepare} from '../../support/engine/prepare.ts'

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

  const {body, changes} = await prepare(request, {}, {canRead: () => false})

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
  const retry = await prepare(request, {}, {canRead: () => false})

  expect(retry.conversationId).toBe(first.conversationId)
})
