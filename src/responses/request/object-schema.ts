/**
 * The top level of a function's schema: the backend takes an object there, and nothing that combines
 * schemas.
 *
 * @module
 * @see {@link https://github.com/openai/codex/issues/13768}
 */
import {
  isJsonObject,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../http/json-object.ts'
import {toUnion} from './schema-union.ts'

/** References and combinations deeper than this are left out. */
const MAX_DEPTH = 8

/** And any more than these, because references that lead back multiply with each level. */
const MAX_SCHEMAS = 500

const REFERENCE = /^#\/(\$defs|definitions)\/([^/]+)$/

/** What is left of a schema when its combinations are merged. */
interface ObjectShape {
  /** Schemas by property. */
  readonly properties: ReadonlyMap<string, readonly unknown[]>
  readonly required: ReadonlySet<string>
  readonly isClosed: boolean
  /** What the merge loses: which properties go together. */
  readonly alternatives: readonly string[]
}

/**
 * Merges what combines schemas at the top level into one object that allows all of it, and says in
 * words which properties go together. A schema of something else is wrapped as property `value`.
 *
 * @param schema Repaired inside.
 * @returns `schema` itself when it is a plain object.
 */
export function toObjectSchema(schema: JsonObject, onRepair: (reason: string) => void): JsonObject {
  const {$ref, allOf, anyOf, oneOf, enum: _enum, not, ...rest} = schema
  const isPlain = [$ref, allOf, anyOf, oneOf, _enum, not].every((value) => value === undefined)
  const {type, $defs, definitions} = schema
  if (isPlain && type === 'object') return schema
  const types: readonly unknown[] = Array.isArray(type) ? type : [type ?? 'object']
  if (!types.includes('object')) {
    onRepair('The arguments of a function have to be an object')
    const value = Object.fromEntries(
      Object.entries(schema).filter(([key]) => key !== '$defs' && key !== 'definitions'),
    )
    return {
      type: 'object',
      properties: {value},
      required: ['value'],
      ...($defs !== undefined && {$defs}),
      ...(definitions !== undefined && {definitions}),
    }
  }
  onRepair(
    isPlain
      ? 'The arguments of a function have to be an object'
      : 'The top level of a schema may not combine schemas',
  )
  return merge(rest, collect(schema, {root: schema, depth: 0, merged: {count: 0}}))
}

function merge(rest: JsonObject, shape: ObjectShape): JsonObject {
  const {alternatives, isClosed, properties, required} = shape
  const description = [toText(rest['description']), ...alternatives].filter(Boolean).join(' ')
  return {
    ...rest,
    type: 'object',
    ...(description && {description}),
    properties: Object.fromEntries(
      [...properties].map(([name, schemas]) => [name, toUnion(schemas)]),
    ),
    ...(required.size > 0 && {required: [...required]}),
    ...(isClosed && {additionalProperties: false}),
  }
}

interface CollectOptions {
  /** Where references lead. */
  readonly root: JsonObject
  readonly depth: number
  /** Counts what was merged so far. */
  readonly merged: {count: number}
}

function collect(schema: JsonObject, {root, depth, merged}: CollectOptions): ObjectShape {
  const inner = {root, depth: depth + 1, merged}
  merged.count += 1
  const collectAll = (schemas: unknown): ObjectShape[] =>
    depth < MAX_DEPTH && merged.count < MAX_SCHEMAS && Array.isArray(schemas)
      ? schemas.map((one) => collect(toJsonObject(one), inner))
      : []
  const target = resolve(schema['$ref'], root)
  const {properties, required, additionalProperties, allOf, anyOf, oneOf} = schema
  const own: ObjectShape = {
    properties: new Map(
      Object.entries(toJsonObject(properties)).map(([name, one]) => [name, [one]]),
    ),
    required: new Set(toList(required).filter((name) => typeof name === 'string')),
    isClosed: additionalProperties === false,
    alternatives: [],
  }
  const parts = [own, ...collectAll(target && [target]), ...collectAll(allOf)]
  const anyShape = toAlternative(collectAll(anyOf), 'at least')
  const oneShape = toAlternative(collectAll(oneOf), 'exactly')
  return toConjunction([...parts, ...anyShape, ...oneShape])
}

/** What satisfies every one of `shapes`. */
function toConjunction(shapes: readonly ObjectShape[]): ObjectShape {
  return {
    properties: toUnionOfProperties(shapes),
    required: new Set(shapes.flatMap(({required}) => [...required])),
    isClosed: shapes.some(({isClosed}) => isClosed),
    alternatives: shapes.flatMap(({alternatives}) => alternatives),
  }
}

/** What satisfies any of `shapes`, as a list that is empty when there are none. */
function toAlternative(shapes: readonly ObjectShape[], count: string): readonly ObjectShape[] {
  const [first] = shapes
  if (!first) return []
  const sets = shapes.map(({properties, required}) =>
    [...(required.size > 0 ? required : properties.keys())].join(', '),
  )
  const isChoice = new Set(sets).size > 1
  const sentence = `Give ${count} one of these sets of properties: ${sets.map(toSet).join(' or ')}.`
  return [
    {
      properties: toUnionOfProperties(shapes),
      required: new Set(
        [...first.required].filter((name) => shapes.every(({required}) => required.has(name))),
      ),
      isClosed: shapes.every(({isClosed}) => isClosed),
      alternatives: [...(isChoice ? [sentence] : []), ...shapes.flatMap((one) => one.alternatives)],
    },
  ]
}

function toSet(names: string): string {
  return `(${names})`
}

function toUnionOfProperties(shapes: readonly ObjectShape[]): Map<string, readonly unknown[]> {
  const all = new Map<string, unknown[]>()
  for (const [name, schemas] of shapes.flatMap(({properties}) => [...properties])) {
    const known = all.get(name)
    if (known) known.push(...schemas)
    else all.set(name, [...schemas])
  }
  return all
}

function resolve(reference: unknown, root: JsonObject): JsonObject | undefined {
  if (typeof reference !== 'string') return undefined
  const [, map = '', name = ''] = REFERENCE.exec(reference) ?? []
  const target = toJsonObject(root[map])[name]
  return isJsonObject(target) ? target : undefined
}
