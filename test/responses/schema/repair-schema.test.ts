import {expect, test} from 'vitest'
import {repairSchema} from '../../../src/responses/schema/repair-schema.ts'

function repair(parameters: unknown): unknown {
  return repairSchema(parameters).schema
}

/** The repaired schema of one argument. */
function repairArgument(schema: unknown): unknown {
  const repaired = repair({type: 'object', properties: {a: schema}}) as {properties: {a: unknown}}
  return repaired.properties.a
}

test('a schema that the backend takes is handed on without a copy', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    description: 'Arguments',
    properties: {
      items: {type: 'array', items: {type: 'string'}, default: [null, true]},
      properties: {type: ['string', 'null'], enum: ['a', null], pattern: '^a'},
      either: {anyOf: [{type: 'string'}, {$ref: '#/$defs/node'}]},
      map: {type: 'object', properties: {}, additionalProperties: true},
      anything: {},
    },
    required: ['items'],
    additionalProperties: false,
    $defs: {node: {type: 'object', properties: {next: {$ref: '#/$defs/node'}}}},
  }

  expect(repairSchema(schema)).toEqual({schema, reasons: []})
  expect(repair(schema)).toBe(schema)
})

test.each([undefined, null, 'text', 7, [], true])('parameters of %j are none', (parameters) => {
  expect(repairSchema(parameters)).toEqual({
    schema: {type: 'object', properties: {}},
    reasons: ['A function needs a schema of its arguments'],
  })
})

test.each([
  [{}],
  [{type: 'object'}],
  [{type: null}],
  [{type: ['object', 'null']}],
  [{type: 'object', properties: null}],
  [{type: 'object', properties: []}],
])('"object schema missing properties": %j has none then', (parameters) => {
  expect(repair(parameters)).toEqual({type: 'object', properties: {}})
})

test.each([
  [{type: 'object'}, {type: 'object', properties: {}}],
  [
    {type: 'object', additionalProperties: {type: 'string'}},
    {type: 'object', additionalProperties: {type: 'string'}, properties: {}},
  ],
  [{type: ['object', 'null']}, {type: ['object', 'null'], properties: {}}],
])('an object inside without properties gets none: %j', (schema, repaired) => {
  expect(repairArgument(schema)).toEqual(repaired)
})

test.each([
  [{type: 'array'}, {type: 'array', items: {}}],
  [
    {type: ['array', 'null'], description: 'List'},
    {type: ['array', 'null'], description: 'List', items: {}},
  ],
  [
    {type: 'array', items: null},
    {type: 'array', items: {}},
  ],
  [
    {type: 'array', items: true},
    {type: 'array', items: {}},
  ],
  [
    {type: 'array', items: {type: 'array'}},
    {type: 'array', items: {type: 'array', items: {}}},
  ],
])('"array schema missing items": %j may hold anything', (schema, repaired) => {
  expect(repairArgument(schema)).toEqual(repaired)
})

test.each([
  [
    {type: 'array', items: [{type: 'string'}, {type: 'number'}], additionalItems: false},
    {type: 'array', items: {anyOf: [{type: 'string'}, {type: 'number'}]}, maxItems: 2},
  ],
  [
    {type: 'array', prefixItems: [{type: 'number'}, {type: 'number'}], minItems: 2},
    {type: 'array', items: {type: 'number'}, minItems: 2},
  ],
  [
    {type: 'array', prefixItems: [{type: 'number'}], items: {type: 'string'}},
    {type: 'array', items: {anyOf: [{type: 'number'}, {type: 'string'}]}},
  ],
  [
    {type: 'array', items: []},
    {type: 'array', items: {}},
  ],
])('a tuple becomes a list of what it may hold: %j', (schema, repaired) => {
  expect(repairArgument(schema)).toEqual(repaired)
})

test.each([
  [true, {}],
  [false, {not: {}}],
  [null, {}],
  ['string', {}],
  [{anyOf: [true, {type: 'string'}]}, {anyOf: [{}, {type: 'string'}]}],
  [{type: 'string', enum: []}, {type: 'string'}],
  [{type: 'string', required: true}, {type: 'string'}],
  [{type: 7}, {}],
  [{anyOf: 'x', type: 'string'}, {type: 'string'}],
])('a schema that is none is widened to one: %j', (schema, repaired) => {
  expect(repairArgument(schema)).toEqual(repaired)
})

test('"not have oneOf/anyOf/allOf/enum/not at the top level": alternatives become one object', () => {
  const schema = {
    type: 'object',
    description: 'Finds something.',
    properties: {limit: {type: 'number'}},
    required: ['limit'],
    oneOf: [
      {
        properties: {path: {type: 'string'}, kind: {const: 'file'}},
        required: ['path', 'kind'],
        additionalProperties: false,
      },
      {
        properties: {url: {type: 'string'}, kind: {const: 'web'}},
        required: ['url', 'kind'],
        additionalProperties: false,
      },
    ],
  }

  expect(repairSchema(schema)).toEqual({
    schema: {
      type: 'object',
      description:
        'Finds something. Give exactly one of these sets of properties: (path, kind) or (url, kind).',
      properties: {
        limit: {type: 'number'},
        path: {type: 'string'},
        kind: {anyOf: [{const: 'file'}, {const: 'web'}]},
        url: {type: 'string'},
      },
      required: ['limit', 'kind'],
      additionalProperties: false,
    },
    reasons: ['The top level of a schema may not combine schemas'],
  })
})

test('alternatives that only ask for different properties keep that as words', () => {
  const schema = {
    type: 'object',
    properties: {a: {type: 'string'}, b: {type: 'string'}},
    anyOf: [{required: ['a']}, {required: ['b']}],
    additionalProperties: true,
  }

  expect(repair(schema)).toEqual({
    type: 'object',
    description: 'Give at least one of these sets of properties: (a) or (b).',
    properties: {a: {type: 'string'}, b: {type: 'string'}},
    additionalProperties: true,
  })
})

test('parts that all hold become one object', () => {
  const schema = {
    allOf: [
      {type: 'object', properties: {a: {type: 'string'}}, required: ['a']},
      {$ref: '#/definitions/rest'},
    ],
    definitions: {rest: {type: 'object', properties: {b: {type: 'array'}}, required: ['b']}},
  }

  expect(repair(schema)).toEqual({
    type: 'object',
    properties: {a: {type: 'string'}, b: {type: 'array', items: {}}},
    required: ['a', 'b'],
    definitions: {
      rest: {type: 'object', properties: {b: {type: 'array', items: {}}}, required: ['b']},
    },
  })
})

test('a reference at the top level, as schema libraries write it, is followed', () => {
  const schema = {
    $ref: '#/definitions/Arguments',
    definitions: {Arguments: {type: 'object', properties: {a: {type: 'string'}}}},
  }

  expect(repair(schema)).toMatchObject({type: 'object', properties: {a: {type: 'string'}}})
  expect(repair(schema)).not.toHaveProperty('$ref')
})

test('a reference to itself ends', () => {
  const schema = {$ref: '#/$defs/a', $defs: {a: {$ref: '#/$defs/a', properties: {x: {}}}}}

  expect(repair(schema)).toMatchObject({type: 'object', properties: {x: {}}})
})

test('references that lead back in many ways end soon', () => {
  const branches = Array.from({length: 50}, () => ({$ref: '#/$defs/a'}))
  const schema = {$ref: '#/$defs/a', $defs: {a: {anyOf: branches, properties: {x: {}}}}}

  expect(repair(schema)).toMatchObject({type: 'object', properties: {x: {}}})
})

test('`enum` and `not` at the top level are left out', () => {
  expect(repair({type: 'object', properties: {a: {}}, enum: [{}], not: {required: ['b']}})).toEqual(
    {
      type: 'object',
      properties: {a: {}},
    },
  )
})

test('a description or a list of names that is none is no crash', () => {
  const schema = JSON.parse(
    '{"description":{"toString":null},"anyOf":[{"required":[{"toString":null},"a"]},{"required":["b"]}]}',
  ) as object

  expect(repair(schema)).toEqual({
    type: 'object',
    description: 'Give at least one of these sets of properties: (a) or (b).',
    properties: {},
  })
})

test('arguments that are no object are wrapped', () => {
  const schema = {type: 'array', items: {$ref: '#/$defs/a'}, $defs: {a: {type: 'string'}}}

  expect(repair(schema)).toEqual({
    type: 'object',
    properties: {value: {type: 'array', items: {$ref: '#/$defs/a'}}},
    required: ['value'],
    $defs: {a: {type: 'string'}},
  })
})

test.each(['properties', 'items', 'anyOf'])(
  'a schema that nests 10,000 times in `%s` is cut and does not overflow the stack',
  (keyword) => {
    let schema: Record<string, unknown> = {type: 'string'}
    for (let depth = 0; depth < 10_000; depth += 1) {
      if (keyword === 'properties') schema = {type: 'object', properties: {a: schema}}
      else if (keyword === 'items') schema = {type: 'array', items: schema}
      else schema = {anyOf: [schema]}
    }

    const {schema: repaired, reasons} = repairSchema({type: 'object', properties: {a: schema}})

    expect(reasons).toEqual(['What lies deeper than 64 levels was cut'])
    expect(JSON.stringify(repaired).length).toBeLessThan(10_000)
  },
)

test('a property that is called as a prototype is an argument as any other', () => {
  const schema = JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"array"},"constructor":true}}',
  ) as object

  expect(JSON.stringify(repair(schema))).toBe(
    '{"type":"object","properties":{"__proto__":{"type":"array","items":{}},"constructor":{}}}',
  )
})
