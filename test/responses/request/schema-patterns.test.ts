import {expect, test} from 'vitest'
import {repairSchema} from '../../../src/responses/schema/repair-schema.ts'

const BAD = '^(?!\\.)[a-z]+@x$'
const PATTERN = 'A `pattern` that the backend cannot read was left out'

/** The repaired schema of one argument, and why. */
function repairArgument(schema: unknown) {
  const whole = {type: 'object', properties: {a: schema}}
  const {schema: repaired, reasons} = repairSchema(whole)
  return {argument: (repaired as typeof whole).properties.a, reasons}
}

test('a pattern that the backend cannot read is left out, and nothing else', () => {
  const mail = {type: 'string', description: 'Mail', pattern: BAD, minLength: 3}

  expect(repairArgument(mail)).toEqual({
    argument: {type: 'string', description: 'Mail', minLength: 3},
    reasons: [PATTERN],
  })
})

test.each([
  [
    {type: 'array', items: {pattern: BAD}},
    {type: 'array', items: {}},
  ],
  [{anyOf: [{pattern: BAD}, {type: 'null'}]}, {anyOf: [{}, {type: 'null'}]}],
  [{allOf: [{pattern: BAD}]}, {allOf: [{}]}],
  [
    {type: 'object', properties: {}, propertyNames: {pattern: BAD}},
    {type: 'object', properties: {}, propertyNames: {}},
  ],
  [
    {type: 'object', properties: {}, additionalProperties: {pattern: BAD}},
    {type: 'object', properties: {}, additionalProperties: {}},
  ],
  [
    {type: 'object', properties: {pattern: {type: 'string', pattern: BAD}}},
    {type: 'object', properties: {pattern: {type: 'string'}}},
  ],
])('at any depth: %j', (schema, repaired) => {
  expect(repairArgument(schema)).toEqual({argument: repaired, reasons: [PATTERN]})
})

test('among definitions too', () => {
  const schema = {
    type: 'object',
    properties: {a: {$ref: '#/$defs/mail'}},
    $defs: {mail: {type: 'string', pattern: BAD}, name: {type: 'string', pattern: '^a+$'}},
  }

  expect(repairSchema(schema)).toEqual({
    schema: {
      ...schema,
      $defs: {mail: {type: 'string'}, name: {type: 'string', pattern: '^a+$'}},
    },
    reasons: [PATTERN],
  })
})

test.each([
  {type: 'string', pattern: '^a+$'},
  {type: 'string', format: 'date-time'},
  {type: 'object', properties: {}, patternProperties: {'^x-': {type: 'string'}}},
  {type: 'string', enum: [BAD], default: BAD, examples: [{pattern: BAD}]},
])('what the backend can read stays: %j', (schema) => {
  expect(repairArgument(schema)).toEqual({argument: schema, reasons: []})
})

test.each([
  [{}, {}],
  [{additionalProperties: true}, {additionalProperties: true}],
  [{additionalProperties: false}, {additionalProperties: {type: 'number'}}],
  [
    {additionalProperties: {type: 'string'}},
    {additionalProperties: {anyOf: [{type: 'number'}, {type: 'string'}]}},
  ],
  [
    {additionalProperties: false, patternProperties: {'^y': {}, [BAD]: {type: 'number'}}},
    {additionalProperties: {type: 'number'}, patternProperties: {'^y': {}}},
  ],
])('names that the backend cannot read may be any name: %j', (more, repaired) => {
  const map = {type: 'object', properties: {}, patternProperties: {[BAD]: {type: 'number'}}}

  expect(repairArgument({...map, ...more})).toEqual({
    argument: {type: 'object', properties: {}, ...repaired},
    reasons: ['A name in `patternProperties` that the backend cannot read was left out'],
  })
})

test.each(['uri', 'regex', 'int32', 7])('a format that is none to the backend: %j', (format) => {
  expect(repairArgument({type: 'string', format})).toEqual({
    argument: {type: 'string'},
    reasons: ['A `format` that the backend does not know was left out'],
  })
})

test.each([
  [{type: 'string', not: {pattern: BAD}}, {type: 'string'}],
  [{if: {pattern: BAD}, else: {minLength: 3}, type: 'string'}, {type: 'string'}],
  [{oneOf: [{pattern: BAD}, {maxLength: 3}]}, {anyOf: [{}, {maxLength: 3}]}],
  [{oneOf: [{pattern: BAD}], anyOf: [{type: 'string'}]}, {anyOf: [{type: 'string'}]}],
  [
    {type: 'string', not: {pattern: '^a'}},
    {type: 'string', not: {pattern: '^a'}},
  ],
])('what is left out never makes a schema allow less: %j', (schema, repaired) => {
  expect(repairArgument(schema).argument).toEqual(repaired)
})

test('a schema that would take too long to repair allows any object', () => {
  const properties = Object.fromEntries(
    Array.from({length: 5000}, (_, index) => [`p${index}`, {type: 'string'}]),
  )

  expect(repairSchema({type: 'object', properties})).toEqual({
    schema: {type: 'object', properties: {}},
    reasons: ['It is too large, and any object is allowed instead'],
  })
})

test('references that multiply are given up, and what every one has in common stays', () => {
  const ids = Array.from({length: 60}, (_, index) => index)
  const $defs = Object.fromEntries(
    ids.map((id) => [
      `d${id}`,
      {
        properties: {[`p${id}`]: {type: 'string'}},
        anyOf: [1, 7, 11].map((step) => ({
          $ref: `#/$defs/d${(id + step) % 60}`,
          title: `t${step}`,
        })),
      },
    ]),
  )
  const schema = {
    type: 'object',
    properties: {a: {type: 'string'}},
    required: ['a'],
    additionalProperties: false,
    anyOf: ids.map((id) => ({$ref: `#/$defs/d${id}`})),
    $defs,
  }

  const {schema: repaired, reasons} = repairSchema(schema)

  expect(reasons).toContain('Its top level combines more schemas than can be merged')
  expect(repaired).toEqual({
    type: 'object',
    properties: {a: {type: 'string'}},
    required: ['a'],
    $defs,
  })
})

test('references are followed to wherever they lead within the schema', () => {
  const schema = {
    type: 'object',
    allOf: [{$ref: '#/$defs/a~1b/properties/inner%20one'}, {$ref: '#'}],
    $defs: {'a/b': {properties: {'inner one': {properties: {x: {type: 'string'}}}}}},
  }

  expect(repairSchema(schema).schema).toMatchObject({properties: {x: {type: 'string'}}})
})
