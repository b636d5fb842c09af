/**
 * Functions whose arguments the backend is to check strictly.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/guides/structured-outputs#supported-schemas}
 */
import {isJsonObject, type JsonObject} from '../../http/json-object.ts'
import type {ReportChange} from './request-change.ts'

/** What strict schemas may not say. */
const FORBIDDEN = [
  'allOf',
  'contains',
  'dependentRequired',
  'dependentSchemas',
  'else',
  'if',
  'not',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]

/** Strict schemas nest less deeply; what lies deeper is not looked at. */
const MAX_DEPTH = 20

/**
 * Keeps `strict` where the schema can honour it. Objects that do not say so are closed: it forbids
 * nothing that strict would allow. An optional argument is never made a required one, because the
 * model would then invent it; such a function is not strict.
 *
 * @returns `tool` itself when nothing had to change.
 */
export function shapeStrict(
  tool: JsonObject,
  {field, report}: {readonly field: string; readonly report: ReportChange},
): JsonObject {
  const {parameters} = tool
  if (!isStrict(parameters, 0)) {
    report(`${field}.strict`, 'replaced', 'Its schema has what strict schemas may not have')
    return {...tool, strict: false}
  }
  const closed = close(parameters, 0)
  if (closed === parameters) return tool
  report(
    `${field}.parameters`,
    'repaired',
    'Objects of strict schemas forbid additional properties',
  )
  return {...tool, parameters: closed}
}

/** Whether only closed objects are missing. */
function isStrict(schema: unknown, depth: number): boolean {
  if (!isJsonObject(schema)) return true
  if (depth > MAX_DEPTH || FORBIDDEN.some((keyword) => keyword in schema)) return false
  return isObjectStrict(schema) && childrenOf(schema).every((child) => isStrict(child, depth + 1))
}

function isObjectStrict(schema: JsonObject): boolean {
  if (!isObjectSchema(schema)) return true
  const {additionalProperties, properties, required} = schema
  if (additionalProperties !== undefined && additionalProperties !== false) return false
  const names = new Set(Array.isArray(required) ? (required as unknown[]) : [])
  const all = isJsonObject(properties) ? Object.keys(properties) : []
  return names.size === all.length && all.every((name) => names.has(name))
}

function close(schema: unknown, depth: number): unknown {
  if (!isJsonObject(schema) || depth > MAX_DEPTH) return schema
  const entries = Object.entries(schema)
  const closed = entries.map(([key, value]) => [key, closeChild(key, value, depth + 1)] as const)
  const isOpen = isObjectSchema(schema) && schema['additionalProperties'] !== false
  if (!isOpen && closed.every(([key, value]) => value === schema[key])) return schema
  return {...Object.fromEntries(closed), ...(isOpen && {additionalProperties: false})}
}

function closeChild(key: string, value: unknown, depth: number): unknown {
  if (key === 'items') return close(value, depth)
  if (key === 'anyOf' && Array.isArray(value)) return closeAll(value, depth)
  if (!isSchemaMap(key) || !isJsonObject(value)) return value
  const names = Object.keys(value)
  const closed = closeAll(Object.values(value), depth)
  if (names.every((name, index) => closed[index] === value[name])) return value
  return Object.fromEntries(names.map((name, index) => [name, closed[index]]))
}

function closeAll(schemas: readonly unknown[], depth: number): readonly unknown[] {
  const closed = schemas.map((schema) => close(schema, depth))
  return closed.every((schema, index) => schema === schemas[index]) ? schemas : closed
}

function childrenOf(schema: JsonObject): readonly unknown[] {
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'items') return [value]
    if (key === 'anyOf' && Array.isArray(value)) return value as unknown[]
    return isSchemaMap(key) && isJsonObject(value) ? Object.values(value) : []
  })
}

function isSchemaMap(key: string): boolean {
  return key === 'properties' || key === '$defs' || key === 'definitions'
}

function isObjectSchema({type, properties}: JsonObject): boolean {
  if (Array.isArray(type)) return type.includes('object')
  return type === 'object' || (type === undefined && isJsonObject(properties))
}
