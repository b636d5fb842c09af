/**
 * JSON Schemas of tools and of answers, as far as the backend refuses what the callers' libraries
 * write.
 *
 * A repair widens what a schema allows, and never narrows it, so that what was right before is right
 * still. What needs no repair is not copied.
 *
 * @module
 * @see {@link https://github.com/openai/codex/issues/42283}
 */
import {isJsonObject, type JsonObject} from '../../base/json-object.ts'
import {toObjectSchema} from './object-schema.ts'
import {repairKeywords} from './repair-keywords.ts'
import {SchemaRepair} from './schema-repair.ts'
import {isTooLarge} from './schema-size.ts'

/** What lies deeper is cut: no model reads it, and walking it could overflow the stack. */
const MAX_DEPTH = 64

/** What the schemas inside a schema are under: one schema, a list of them, or a map. */
const INNER_SCHEMAS: ReadonlyMap<string, 'list' | 'map' | 'schema'> = new Map([
  ['$defs', 'map'],
  ['additionalItems', 'schema'],
  ['additionalProperties', 'schema'],
  ['allOf', 'list'],
  ['anyOf', 'list'],
  ['contains', 'schema'],
  ['definitions', 'map'],
  ['dependentSchemas', 'map'],
  ['else', 'schema'],
  ['if', 'schema'],
  ['items', 'schema'],
  ['not', 'schema'],
  ['oneOf', 'list'],
  ['patternProperties', 'map'],
  ['prefixItems', 'list'],
  ['properties', 'map'],
  ['propertyNames', 'schema'],
  ['then', 'schema'],
  ['unevaluatedItems', 'schema'],
  ['unevaluatedProperties', 'schema'],
])

/** Here `true` and `false` are what the backend expects. */
const MAY_BE_BOOLEAN = /^(?:additional|unevaluated)/

/** Below these, a schema that allows more makes the whole allow less. */
const REVERSED: ReadonlySet<string> = new Set(['if', 'not', 'oneOf'])

/** A schema, and why it is not the one that was given. */
export interface RepairedSchema {
  readonly schema: unknown
  readonly reasons: readonly string[]
}

/**
 * Repairs the schema of a function's arguments, or with `isAnswer` that of a whole answer, which is
 * never wrapped: its reader would not find what it looks for.
 *
 * @returns `schema` itself, without reasons, when the backend takes it.
 */
export function repairSchema(schema: unknown, {isAnswer = false} = {}): RepairedSchema {
  if (!isJsonObject(schema)) {
    return toAnyObject(
      isAnswer
        ? 'The form of an answer needs a schema'
        : 'A function needs a schema of its arguments',
    )
  }
  if (isTooLarge(schema)) return toAnyObject('It is too large, and any object is allowed instead')
  const repair = new SchemaRepair()
  const repaired = repairObject(schema, {depth: 0, repair})
  return {
    schema: toObjectSchema(repaired, {repair, isWrapped: !isAnswer}),
    reasons: repair.reasons,
  }
}

function toAnyObject(reason: string): RepairedSchema {
  return {schema: {type: 'object', properties: {}}, reasons: [reason]}
}

interface Place {
  readonly depth: number
  readonly repair: SchemaRepair
}

function repairAny(schema: unknown, place: Place): unknown {
  const {depth, repair} = place
  if (isJsonObject(schema)) {
    if (depth <= MAX_DEPTH) return repairObject(schema, place)
    repair.widen(`What lies deeper than ${MAX_DEPTH} levels was cut`)
    return {}
  }
  repair.tell('A schema has to be an object')
  return schema === false ? {not: {}} : {}
}

function repairObject(schema: JsonObject, {depth, repair}: Place): JsonObject {
  const inner = {depth: depth + 1, repair}
  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(schema)) {
    if (!INNER_SCHEMAS.has(key)) continue
    const value = schema[key]
    const before = repair.widened
    const repaired = repairInner(key, value, inner)
    if (repaired === value) continue
    copy ??= {...schema}
    if (repaired === undefined) delete copy[key]
    else copy[key] = repaired
    if (repair.widened > before && REVERSED.has(key)) forget(copy, key, repair)
  }
  return repairKeywords(copy ?? schema, repair)
}

/** Of what holds for one of several schemas, it stays that it holds for any. */
function forget(schema: Record<string, unknown>, key: string, repair: SchemaRepair): void {
  repair.widen(`\`${key}\` was left out with what had to be left out below it`)
  if (key === 'oneOf' && schema['anyOf'] === undefined) schema['anyOf'] = schema[key]
  for (const name of key === 'if' ? ['if', 'then', 'else'] : [key]) delete schema[name]
}

function repairInner(key: string, value: unknown, place: Place): unknown {
  if (typeof value === 'boolean' && (key === 'items' || MAY_BE_BOOLEAN.test(key))) return value
  const kind = INNER_SCHEMAS.get(key)
  if (kind === 'list' || (key === 'items' && Array.isArray(value))) {
    return Array.isArray(value) ? repairList(value, place) : place.repair.drop()
  }
  if (kind === 'map') return isJsonObject(value) ? repairMap(value, place) : place.repair.drop()
  return value === null ? place.repair.drop() : repairAny(value, place)
}

function repairList(schemas: readonly unknown[], place: Place): readonly unknown[] {
  const repaired = schemas.map((schema) => repairAny(schema, place))
  return repaired.every((schema, index) => schema === schemas[index]) ? schemas : repaired
}

function repairMap(schemas: JsonObject, place: Place): JsonObject {
  const entries = Object.entries(schemas)
  const repaired = entries.map(([name, schema]) => [name, repairAny(schema, place)] as const)
  const isSame = repaired.every(([, schema], index) => schema === entries[index]?.[1])
  return isSame ? schemas : Object.fromEntries(repaired)
}
