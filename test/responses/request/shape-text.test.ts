import {describe, expect, test} from 'vitest'
import {createChangeList} from '../../../src/responses/request-change.ts'
import {shapeText} from '../../../src/responses/request/shape-text.ts'

const PERSON = {
  type: 'object',
  properties: {name: {type: 'string'}, age: {type: 'number'}},
  required: ['name', 'age'],
  additionalProperties: false,
}

function shape(request: Record<string, unknown>) {
  const {changes, report} = createChangeList()
  const preferences = {reasoningSummary: 'auto'} as const
  const text = shapeText(request, {model: undefined, preferences, report})
  return {format: text?.['format'], changes: changes.map(({field, action}) => `${field} ${action}`)}
}

function shapeFormat(format: Record<string, unknown>) {
  return shape({text: {format: {type: 'json_schema', name: 'answer', ...format}}})
}

/** The two places where a caller describes the answer. */
const PLACES = [
  ['text.format', (format: object) => ({text: {format: {type: 'json_schema', ...format}}})],
  [
    'response_format',
    (format: object) => ({response_format: {type: 'json_schema', json_schema: format}}),
  ],
] as const

test('a form that the backend takes stays as it is', () => {
  const format = {type: 'json_schema', name: 'answer', strict: true, schema: PERSON}

  expect(shape({text: {format}})).toEqual({format, changes: []})
})

describe.each(PLACES)('%s', (_name, toRequest) => {
  test('is not strict when a property is optional: the model would have to invent it', () => {
    const schema = {...PERSON, required: ['name']}
    const {format, changes} = shape(toRequest({name: 'answer', strict: true, schema}))

    expect(format).toEqual({type: 'json_schema', name: 'answer', strict: false, schema})
    expect(changes).toContain('text.format.strict replaced')
  })

  test('stays strict when only an object has to be closed', () => {
    const {additionalProperties: _, ...open} = PERSON
    const {format, changes} = shape(toRequest({name: 'answer', strict: true, schema: open}))

    expect(format).toEqual({type: 'json_schema', name: 'answer', strict: true, schema: PERSON})
    expect(changes).toContain('text.format.schema repaired')
  })

  test('loses a pattern that the backend cannot read, at its depth', () => {
    const items = {type: 'string', pattern: '^(?!x)'}
    const schema = {type: 'object', properties: {a: {type: 'array', items}}}
    const {format, changes} = shape(toRequest({name: 'answer', schema}))

    expect(format).toMatchObject({
      schema: {type: 'object', properties: {a: {type: 'array', items: {type: 'string'}}}},
    })
    expect(JSON.stringify(format)).not.toContain('pattern')
    expect(changes).toContain('text.format.schema repaired')
  })
})

test('a form without a schema allows any object', () => {
  expect(shapeFormat({}).format).toEqual({
    type: 'json_schema',
    name: 'answer',
    schema: {type: 'object', properties: {}},
  })
})

test('a choice of objects becomes one object, which strict cannot honour', () => {
  const schema = {
    anyOf: [PERSON, {type: 'object', properties: {error: {type: 'string'}}, required: ['error']}],
  }

  expect(shapeFormat({strict: true, schema}).format).toMatchObject({
    strict: false,
    schema: {type: 'object', properties: {name: {}, age: {}, error: {}}},
  })
})

test('an answer that is no object is never wrapped: its reader would not find it', () => {
  const schema = {type: 'array', items: {type: 'string'}}

  expect(shapeFormat({strict: true, schema})).toEqual({
    format: {type: 'json_schema', name: 'answer', strict: false, schema},
    changes: ['text.format.strict replaced'],
  })
})

test.each([
  [undefined, 'response', []],
  ['my answer: v1.2', 'my_answer__v1_2', ['text.format.name replaced']],
  ['x'.repeat(70), 'x'.repeat(64), ['text.format.name replaced']],
  [7, 'response', ['text.format.name replaced']],
])('the name %j becomes %j', (name, sent, changes) => {
  const result = shapeFormat({name, schema: PERSON})

  expect(result.format).toMatchObject({name: sent})
  expect(result.changes).toEqual(changes)
})

test.each([
  ['any value', {}],
  ['a default', {type: 'string', default: 'x'}],
  ['a reference with a description', {$ref: '#/$defs/x', description: 'x'}],
  ['a list of distinct things', {type: 'array', items: {type: 'string'}, uniqueItems: true}],
  ['a list of anything', {type: 'array'}],
])('strict cannot honour %s', (_name, schema) => {
  const whole = {
    type: 'object',
    properties: {a: schema},
    required: ['a'],
    additionalProperties: false,
    $defs: {x: {type: 'string'}},
  }

  expect(shapeFormat({strict: true, schema: whole}).format).toMatchObject({strict: false})
})
