import {expect, test} from 'vitest'
import {input, prepare} from '../../support/engine/prepare.ts'

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
