import {expect, test} from 'vitest'
import {createChangeList} from '../../../../src/responses/request-change.ts'
import {shapeTools} from '../../../../src/responses/request/tools/shape-tools.ts'

function shape(...tools: unknown[]) {
  const {changes, report} = createChangeList()
  const shaped = shapeTools(tools, {field: 'tools', report})
  return {shaped, changes: changes.map(({field, action}) => `${field} ${action}`)}
}

const parameters = {
  type: 'object',
  properties: {path: {type: 'string'}},
  required: ['path'],
  additionalProperties: false,
}

test('tools as they should be are handed on without a copy, whatever their type', () => {
  const tools = [
    {type: 'function', name: 'read', description: 'Reads', strict: false, parameters},
    {type: 'function', name: 'write', strict: true, parameters},
    {type: 'custom', name: 'patch', format: {type: 'grammar', syntax: 'lark', definition: 'x'}},
    {type: 'namespace', name: 'files', tools: [{type: 'function', name: 'read', parameters}]},
    {type: 'tool_search', execution: 'client', parameters: {}},
    {type: 'web_search', external_web_access: true},
    {type: 'image_generation'},
    {type: 'mcp', server_label: 'x', server_url: 'https://mcp.example'},
    {type: 'tool_of_next_year', parameters: {type: 'array'}},
  ]
  const {changes, report} = createChangeList()

  expect(shapeTools(tools, {field: 'tools', report})).toBe(tools)
  expect(changes).toEqual([])
})

test('the nested tools of Chat Completions become flat, and stay as lenient as they were', () => {
  const custom = {
    name: 'patch',
    format: {type: 'grammar', grammar: {syntax: 'lark', definition: 'x'}},
  }

  expect(
    shape(
      {type: 'function', function: {name: 'read', description: 'Reads', parameters}},
      {type: 'function', function: {name: 'write', parameters, strict: true}},
      {type: 'custom', custom},
    ),
  ).toEqual({
    shaped: [
      {type: 'function', strict: false, name: 'read', description: 'Reads', parameters},
      {type: 'function', strict: true, name: 'write', parameters},
      {type: 'custom', name: 'patch', format: {type: 'grammar', syntax: 'lark', definition: 'x'}},
    ],
    changes: ['tools[0] replaced', 'tools[1] replaced', 'tools[2] replaced'],
  })
})

test('a tool with a name and no type is a function', () => {
  expect(shape({name: 'read', parameters})).toEqual({
    shaped: [{type: 'function', name: 'read', parameters}],
    changes: ['tools[0].type added'],
  })
})

test('tools that cannot be called are dropped by their place, and the others stay', () => {
  const read = {type: 'function', name: 'read', parameters}

  expect(shape(null, read, {type: 'function', parameters}, 7, {type: 'custom', name: ''})).toEqual({
    shaped: [read],
    changes: ['tools[0] dropped', 'tools[2] dropped', 'tools[3] dropped', 'tools[4] dropped'],
  })
})

test('a name that the backend refuses is passed on: it says so, and no answer could be mapped back', () => {
  const tools = [
    {type: 'function', name: 'read a file', parameters},
    {type: 'function', name: 'x'.repeat(70), parameters},
  ]

  expect(shape(...tools)).toEqual({shaped: tools, changes: []})
})

test('schemas of the tools in a namespace are repaired too', () => {
  const tool = {type: 'function', name: 'read'}
  const namespace = {type: 'namespace', name: 'files', description: '', tools: [tool]}

  expect(shape(namespace)).toEqual({
    shaped: [{...namespace, tools: [{...tool, parameters: {type: 'object', properties: {}}}]}],
    changes: ['tools[0].tools[0].parameters repaired'],
  })
})

test('strict objects are closed where only that is missing, at any depth', () => {
  const open = {
    type: 'object',
    properties: {
      list: {
        type: 'array',
        items: {type: 'object', properties: {a: {type: 'string'}}, required: ['a']},
      },
      either: {anyOf: [{type: 'object', properties: {}, required: []}, {type: 'null'}]},
    },
    required: ['list', 'either'],
  }

  expect(shape({type: 'function', name: 'read', strict: true, parameters: open})).toEqual({
    shaped: [
      {
        type: 'function',
        name: 'read',
        strict: true,
        parameters: {
          type: 'object',
          properties: {
            list: {
              type: 'array',
              items: {
                type: 'object',
                properties: {a: {type: 'string'}},
                required: ['a'],
                additionalProperties: false,
              },
            },
            either: {
              anyOf: [
                {type: 'object', properties: {}, required: [], additionalProperties: false},
                {type: 'null'},
              ],
            },
          },
          required: ['list', 'either'],
          additionalProperties: false,
        },
      },
    ],
    changes: ['tools[0].parameters repaired'],
  })
})

test.each([
  ['an optional argument', {type: 'object', properties: {a: {}}, required: []}],
  ['a map', {type: 'object', properties: {}, additionalProperties: {type: 'string'}}],
  [
    'a keyword that strict forbids',
    {type: 'object', properties: {a: {allOf: [{}]}}, required: ['a'], additionalProperties: false},
  ],
])('a function with %s is not strict: no argument is made required', (_name, schema) => {
  const tool = {type: 'function', name: 'read', strict: true, parameters: schema}

  expect(shape(tool)).toEqual({
    shaped: [{...tool, strict: false}],
    changes: ['tools[0].strict replaced'],
  })
})

test('a change names places only, never a tool or a property', () => {
  const {changes, report} = createChangeList()
  const secret = {type: 'function', name: 'secret', parameters: {properties: {secret: true}}}

  shapeTools([secret], {field: 'tools', report})

  expect(changes).not.toEqual([])
  expect(JSON.stringify(changes)).not.toContain('secret')
})
