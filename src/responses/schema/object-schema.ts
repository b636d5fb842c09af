/**
 * The top level of a schema: the backend takes an object there, and nothing that combines schemas.
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
} from '../../base/json-object.ts'
import type {SchemaRepair} from './schema-repair.ts'
import {toUnion} from './schema-union.ts'

/** References and combinations that lead deeper than this are too many. */
const MAX_DEPTH = 32

/** So is more text than this in names of properties, counted anew wherever they are merged. */
const MAX_CHARACTERS = 100_000

/** A longer sentence about which properties go together helps nobody. */
const MAX_SENTENCE_CHARACTERS = 2000

/** What is left of a schema when its combinations are merged. */
interface ObjectShape {
  /** Schemas by property. */
  readonly properties: ReadonlyMap<string, ReadonlySet<unknown>>
  readonly required: ReadonlySet<string>
  readonly isClosed: boolean
  /** What the merge loses: which properties go together. */
  readonly alternatives: ReadonlySet<string>
  /** Characters of all that. */
  readonly size: number
}

/** How {@link toObjectSchema} goes about it. */
export interface ToObjectSchemaOptions {
  readonly repair: SchemaRepair
  /** Whether a schema of something else is wrapped as property `value`, or stays. */
  readonly isWrapped: boolean
}

/**
 * Merges what combines schemas at the top level into one object that allows all of it, and says in
 * words which properties go together.
 *
 * @param schema Repaired inside.
 * @returns `schema` itself when it is a plain object.
 */
export function toObjectSchema(
  schema: JsonObject,
  {repair, isWrapped}: ToObjectSchemaOptions,
): JsonObject {
  const {$ref, allOf, anyOf, oneOf, enum: _enum, not, ...rest} = schema
  const isPlain = [$ref, allOf, anyOf, oneOf, _enum, not].every((value) => value === undefined)
  const types = [schema['type'] ?? 'object'].flat()
  const isObject = types.includes('object')
  if (isObject ? isPlain && schema['type'] === 'object' : !isWrapped) return schema
  repair.tell(
    isPlain || !isObject
      ? `The ${isWrapped ? 'arguments of a function have' : 'form of an answer has'} to be an object`
      : 'The top level of a schema may not combine schemas',
  )
  return isObject ? merge(rest, collectShape(schema, repair)) : wrap(schema)
}

function collectShape(schema: JsonObject, repair: SchemaRepair): ObjectShape {
  const merger = new Merger(schema)
  const shape = merger.collect(schema, 0)
  if (shape && !merger.isTooMuch) return shape
  repair.widen('Its top level combines more schemas than can be merged')
  return {...toOwnShape(schema), isClosed: false}
}

function wrap({$defs, definitions, ...value}: JsonObject): JsonObject {
  return {
    type: 'object',
    properties: {value},
    required: ['value'],
    ...($defs !== undefined && {$defs}),
    ...(definitions !== undefined && {definitions}),
  }
}

function merge({additionalProperties, ...rest}: JsonObject, shape: ObjectShape): JsonObject {
  const {alternatives, isClosed, properties, required} = shape
  const description = [toText(rest['description']), ...alternatives].filter(Boolean).join(' ')
  const isOpen = additionalProperties !== undefined && additionalProperties !== false
  return {
    ...rest,
    ...(isOpen && {additionalProperties}),
    type: 'object',
    ...(description && {description}),
    properties: Object.fromEntries(
      [...properties].map(([name, schemas]) => [name, toUnion([...schemas])]),
    ),
    ...(required.size > 0 && {required: [...required]}),
    ...(isClosed && {additionalProperties: false}),
  }
}

/** Merges each schema once, however many references lead to it. */
class Merger {
  readonly #root: JsonObject
  /** `undefined` as long as a schema is being merged: what leads back to itself adds nothing. */
  readonly #shapes = new Map<JsonObject, ObjectShape | undefined>()
  #characters = 0
  #isTooDeep = false

  constructor(root: JsonObject) {
    this.#root = root
  }

  /** Whether something had to be left out, so that no result can be relied on. */
  get isTooMuch(): boolean {
    return this.#isTooDeep || this.#characters > MAX_CHARACTERS
  }

  collect(schema: JsonObject, depth: number): ObjectShape | undefined {
    if (this.#shapes.has(schema)) return this.#shapes.get(schema)
    this.#isTooDeep ||= depth > MAX_DEPTH
    if (this.isTooMuch) return undefined
    this.#shapes.set(schema, undefined)
    const {$ref, allOf, anyOf, oneOf} = schema
    const target = resolve($ref, this.#root)
    const shape = this.#toConjunction([
      toOwnShape(schema),
      ...this.#collectAll(target && [target], depth),
      ...this.#collectAll(allOf, depth),
      ...this.#toAlternative(this.#collectAll(anyOf, depth), 'at least'),
      ...this.#toAlternative(this.#collectAll(oneOf, depth), 'exactly'),
    ])
    this.#shapes.set(schema, shape)
    return shape
  }

  #collectAll(schemas: unknown, depth: number): readonly ObjectShape[] {
    const shapes = toList(schemas).flatMap(
      (one) => this.collect(toJsonObject(one), depth + 1) ?? [],
    )
    const distinct = [...new Set(shapes)]
    this.#characters += distinct.reduce((sum, {size}) => sum + size, 0)
    return this.isTooMuch ? [] : distinct
  }

  /** What satisfies every one of `shapes`. */
  #toConjunction(shapes: readonly ObjectShape[]): ObjectShape {
    const said = shapes.filter(({size, isClosed}) => size > 0 || isClosed)
    const [first] = said
    if (first && said.length === 1) return first
    return toShape({
      properties: toUnionOfProperties(said),
      required: new Set(said.flatMap(({required}) => [...required])),
      isClosed: said.some(({isClosed}) => isClosed),
      alternatives: new Set(said.flatMap(({alternatives}) => [...alternatives])),
    })
  }

  /** What satisfies any of `shapes`, as a list that is empty when there are none. */
  #toAlternative(shapes: readonly ObjectShape[], count: string): readonly ObjectShape[] {
    const [first] = shapes
    if (!first) return []
    const sets = shapes.map(({properties, required}) =>
      [...(required.size > 0 ? required : properties.keys())].join(', '),
    )
    const distinct = [...new Set(sets)].map((names) => `(${names})`)
    const sentence = `Give ${count} one of these sets of properties: ${distinct.join(' or ')}.`
    const isChoice = distinct.length > 1 && sentence.length <= MAX_SENTENCE_CHARACTERS
    const inner = shapes.flatMap(({alternatives}) => [...alternatives])
    return [
      toShape({
        properties: toUnionOfProperties(shapes),
        required: new Set(
          [...first.required].filter((name) => shapes.every(({required}) => required.has(name))),
        ),
        isClosed: shapes.every(({isClosed}) => isClosed),
        alternatives: new Set([...(isChoice ? [sentence] : []), ...inner]),
      }),
    ]
  }
}

function toOwnShape({properties, required, additionalProperties}: JsonObject): ObjectShape {
  return toShape({
    properties: new Map(
      Object.entries(toJsonObject(properties)).map(([name, one]) => [name, new Set([one])]),
    ),
    required: new Set(toList(required).filter((name) => typeof name === 'string')),
    isClosed: additionalProperties === false,
    alternatives: new Set(),
  })
}

function toShape(shape: Omit<ObjectShape, 'size'>): ObjectShape {
  let size = 0
  for (const [name, schemas] of shape.properties) size += name.length + 8 * (1 + schemas.size)
  for (const name of shape.required) size += name.length + 8
  for (const sentence of shape.alternatives) size += sentence.length
  return {...shape, size}
}

function toUnionOfProperties(shapes: readonly ObjectShape[]): Map<string, Set<unknown>> {
  const all = new Map<string, Set<unknown>>()
  for (const {properties} of shapes) {
    for (const [name, schemas] of properties) addAll(all, name, schemas)
  }
  return all
}

function addAll(all: Map<string, Set<unknown>>, name: string, schemas: Iterable<unknown>): void {
  const known = all.get(name)
  if (!known) all.set(name, new Set(schemas))
  else for (const schema of schemas) known.add(schema)
}

/** What a reference within the same schema leads to. */
function resolve(reference: unknown, root: JsonObject): JsonObject | undefined {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined
  let target: unknown = root
  for (const part of reference.slice(1).split('/').slice(1)) {
    const name = decode(part)
    target = isJsonObject(target) && Object.hasOwn(target, name) ? target[name] : undefined
  }
  return isJsonObject(target) ? target : undefined
}

function decode(part: string): string {
  const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
