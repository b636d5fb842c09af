/**
 * JSON Schemas of tools, as far as the backend refuses what the callers' libraries write.
 *
 * A repair widens what a schema allows, and never narrows it, so that a call that was right before is
 * right still. What needs no repair is not copied.
 *
 * @module
 * @see {@link https://github.com/openai/codex/issues/42283}
 */
import {isJsonObject, type JsonObject} from '../../http/json-object.ts'
import {toObjectSchema} from './object-schema.ts'
import {toUnion} from './schema-union.ts'

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

/** Told why something was repaired. */
export type OnRepair = (reason: string) => void

/** The schema of a function's arguments, and why it is not the one that was given. */
export interface RepairedParameters {
  readonly schema: unknown
  readonly reasons: readonly string[]
}

/**
 * Repairs the schema of a function's arguments.
 *
 * @returns `parameters` itself, without reasons, when the backend takes it.
 */
export function repairParameters(parameters: unknown): RepairedParameters {
  if (!isJsonObject(parameters)) {
    const schema = {type: 'object', properties: {}}
    return {schema, reasons: ['A function needs a schema of its arguments']}
  }
  const reasons = new Set<string>()
  const onRepair = (reason: string) => void reasons.add(reason)
  const repaired = repairObject(parameters, {depth: 0, onRepair})
  return {schema: toObjectSchema(repaired, onRepair), reasons: [...reasons]}
}

interface RepairOptions {
  readonly depth: number
  readonly onRepair: OnRepair
}

function repairSchema(schema: unknown, options: RepairOptions): unknown {
  const {depth, onRepair} = options
  if (isJsonObject(schema)) {
    if (depth <= MAX_DEPTH) return repairObject(schema, options)
    onRepair('What lies deeper than 64 levels was cut')
    return {}
  }
  onRepair('A schema has to be an object')
  return schema === false ? {not: {}} : {}
}

function repairObject(schema: JsonObject, {depth, onRepair}: RepairOptions): JsonObject {
  const inner = {depth: depth + 1, onRepair}
  let copy: Record<string, unknown> | undefined
  for (const key of Object.keys(schema)) {
    const kind = INNER_SCHEMAS.get(key)
    if (kind === undefined) continue
    const value = schema[key]
    const repaired = repairInner(key, value, inner)
    if (repaired === value) continue
    copy ??= {...schema}
    if (repaired === undefined) delete copy[key]
    else copy[key] = repaired
  }
  return repairKeywords(copy ?? schema, onRepair)
}

function repairInner(key: string, value: unknown, options: RepairOptions): unknown {
  if (typeof value === 'boolean' && (key === 'items' || MAY_BE_BOOLEAN.test(key))) return value
  const kind = INNER_SCHEMAS.get(key)
  if (kind === 'list' || (key === 'items' && Array.isArray(value))) {
    return Array.isArray(value) ? repairList(value, options) : drop(options)
  }
  if (kind === 'map') return isJsonObject(value) ? repairMap(value, options) : drop(options)
  return value === null ? drop(options) : repairSchema(value, options)
}

function drop({onRepair}: RepairOptions): undefined {
  onRepair('A keyword with a value of the wrong type was left out')
  return undefined
}

function repairList(schemas: readonly unknown[], options: RepairOptions): readonly unknown[] {
  const repaired = schemas.map((schema) => repairSchema(schema, options))
  return repaired.every((schema, index) => schema === schemas[index]) ? schemas : repaired
}

function repairMap(schemas: JsonObject, options: RepairOptions): JsonObject {
  let copy: Record<string, unknown> | undefined
  for (const name of Object.keys(schemas)) {
    const repaired = repairSchema(schemas[name], options)
    if (repaired === schemas[name]) continue
    copy ??= {...schemas}
    copy[name] = repaired
  }
  return copy ?? schemas
}

function repairKeywords(schema: JsonObject, onRepair: OnRepair): JsonObject {
  let repaired = schema
  for (const keyword of ['type', 'required', 'enum']) {
    if (!(keyword in repaired) || isUsable(keyword, repaired[keyword])) continue
    drop({depth: 0, onRepair})
    repaired = without(repaired, keyword)
  }
  const {type} = repaired
  if (includesType(type, 'object') && !('properties' in repaired)) {
    onRepair('An object schema needs properties')
    repaired = {...repaired, properties: {}}
  }
  return repairItems(repaired, onRepair)
}

function isUsable(keyword: string, value: unknown): boolean {
  if (keyword === 'type') return typeof value === 'string' || Array.isArray(value)
  return Array.isArray(value) && (keyword === 'required' || value.length > 0)
}

function repairItems(schema: JsonObject, onRepair: OnRepair): JsonObject {
  const {items, prefixItems, type} = schema
  if (Array.isArray(items) || Array.isArray(prefixItems)) return repairTuple(schema, onRepair)
  if (isJsonObject(items) || (items === undefined && !includesType(type, 'array'))) return schema
  onRepair('An array schema needs items')
  return {...schema, items: {}, ...(items === false && {maxItems: 0})}
}

/** A tuple becomes a list of anything that the tuple may hold. */
function repairTuple(schema: JsonObject, onRepair: OnRepair): JsonObject {
  onRepair('A tuple became a list of what it may hold')
  const {items, prefixItems, additionalItems, ...rest} = schema
  const tuple: unknown[] = [...toList(prefixItems), ...toList(items)]
  const more = [items, additionalItems].find(isJsonObject)
  const isClosed = items === false || additionalItems === false
  return {
    ...rest,
    items: toUnion(more ? [...tuple, more] : tuple),
    ...(isClosed && !('maxItems' in rest) && {maxItems: tuple.length}),
  }
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

function includesType(type: unknown, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name))
}

function without(schema: JsonObject, keyword: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== keyword))
}
