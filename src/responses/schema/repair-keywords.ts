/**
 * The keywords of one schema, whose inner schemas are repaired already.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toList, type JsonObject} from '../../base/json-object.ts'
import {isPortablePattern} from './portable-pattern.ts'
import type {SchemaRepair} from './schema-repair.ts'
import {toFlatKey, toUnion} from './schema-union.ts'

/**
 * Any other format is "not a valid format".
 *
 * @see {@link https://github.com/RooCodeInc/Roo-Code/pull/10198}
 */
const FORMATS: ReadonlySet<unknown> = new Set(
  'date date-time duration email hostname ipv4 ipv6 time uuid'.split(' '),
)

/** Why a keyword cannot stay, where it cannot. */
const REFUSALS: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  pattern: (value) => refusePattern(value, '`pattern`'),
  format: (value) => (FORMATS.has(value) ? undefined : 'A `format` that the backend does not know'),
}

/** @returns `schema` itself when the backend takes it. */
export function repairKeywords(schema: JsonObject, repair: SchemaRepair): JsonObject {
  let repaired = schema
  for (const keyword of ['type', 'required', 'enum']) {
    if (!(keyword in repaired) || isUsable(keyword, repaired[keyword])) continue
    repair.drop()
    repaired = without(repaired, keyword)
  }
  for (const [keyword, refuse] of Object.entries(REFUSALS)) {
    const reason = repaired[keyword] === undefined ? undefined : refuse(repaired[keyword])
    if (reason === undefined) continue
    repair.widen(`${reason} was left out`)
    repaired = without(repaired, keyword)
  }
  if (includesType(repaired['type'], 'object') && !('properties' in repaired)) {
    repair.tell('An object schema needs properties')
    repaired = {...repaired, properties: {}}
  }
  return repairItems(repairPatternProperties(repaired, repair), repair)
}

function refusePattern(pattern: unknown, keyword: string): string | undefined {
  return typeof pattern === 'string' && isPortablePattern(pattern)
    ? undefined
    : `A ${keyword} that the backend cannot read`
}

/** What a name that is left out allowed, any other property may hold. */
function repairPatternProperties(schema: JsonObject, repair: SchemaRepair): JsonObject {
  const {patternProperties, additionalProperties: others, ...rest} = schema
  const entries = Object.entries(toJsonObject(patternProperties))
  const kept = entries.filter(([name]) => isPortablePattern(name))
  if (kept.length === entries.length) return schema
  repair.widen('A name in `patternProperties` that the backend cannot read was left out')
  const lost = entries.filter(([name]) => !isPortablePattern(name)).map(([, one]) => one)
  const isOpen = others === undefined || others === true
  return {
    ...without(rest, 'unevaluatedProperties'),
    ...(kept.length > 0 && {patternProperties: Object.fromEntries(kept)}),
    ...(isOpen
      ? 'additionalProperties' in schema && {additionalProperties: others}
      : {
          additionalProperties: toUnion(isJsonObject(others) ? [...lost, others] : lost, toFlatKey),
        }),
  }
}

function isUsable(keyword: string, value: unknown): boolean {
  if (keyword === 'type') return typeof value === 'string' || Array.isArray(value)
  return Array.isArray(value) && (keyword === 'required' || value.length > 0)
}

function repairItems(schema: JsonObject, repair: SchemaRepair): JsonObject {
  const {items, prefixItems, type} = schema
  if (Array.isArray(items) || Array.isArray(prefixItems)) return repairTuple(schema, repair)
  if (isJsonObject(items) || (items === undefined && !includesType(type, 'array'))) return schema
  repair.tell('An array schema needs items')
  return {...schema, items: {}, ...(items === false && {maxItems: 0})}
}

/** A tuple becomes a list of anything that the tuple may hold. */
function repairTuple(schema: JsonObject, repair: SchemaRepair): JsonObject {
  repair.widen('A tuple became a list of what it may hold')
  const {items, prefixItems, additionalItems, ...rest} = schema
  const tuple: unknown[] = [...toList(prefixItems), ...toList(items)]
  const more = [items, additionalItems].find(isJsonObject)
  const isClosed = items === false || additionalItems === false
  return {
    ...rest,
    items: toUnion(more ? [...tuple, more] : tuple, toFlatKey),
    ...(isClosed && !('maxItems' in rest) && {maxItems: tuple.length}),
  }
}

function includesType(type: unknown, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name))
}

function without(schema: JsonObject, keyword: string): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== keyword))
}
