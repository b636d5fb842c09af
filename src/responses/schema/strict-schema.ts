/**
 * Schemas that the backend is to follow strictly.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/guides/structured-outputs#supported-schemas}
 */
import {isJsonObject, type JsonObject} from '../../base/json-object.ts'

/** What strict schemas may not say. */
const FORBIDDEN = [
  'allOf',
  'contains',
  'default',
  'dependentRequired',
  'dependentSchemas',
  'else',
  'if',
  'maxContains',
  'maxProperties',
  'minContains',
  'minProperties',
  'not',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
  'uniqueItems',
]

/** Strict schemas nest less deeply; what lies deeper is not looked at. */
const MAX_DEPTH = 20

/** A schema of any value has one of these, and not more beside a reference. */
const KINDS = ['$ref', 'anyOf', 'const', 'enum', 'type']

/**
 * Closes the objects of a schema that do not say so: it forbids nothing that strict would allow. An
 * optional property is never made a required one, because the model would then invent it.
 *
 * @returns `schema` itself when nothing had to change; `undefined` when strict cannot honour it.
 */
export function toStrictSchema(schema: unknown): unknown {
  return isJsonObject(schema) && isObjectSchema(schema) && isStrict(schema, 0)
    ? close(schema, 0)
    : undefined
}

/** Whether only closed objects are missing. */
function isStrict(schema: unknown, depth: number): boolean {
  if (!isJsonObject(schema)) return true
  if (depth > MAX_DEPTH || FORBIDDEN.some((keyword) => keyword in schema)) return false
  if (!KINDS.some((keyword) => keyword in schema)) return false
  if ('$ref' in schema && Object.keys(schema).some((key) => !isBesideReference(key))) return false
  return isObjectStrict(schema) && childrenOf(schema).every((child) => isStrict(child, depth + 1))
}

function isBesideReference(key: string): boolean {
  return key === '$ref' || key === '$defs' || key === 'definitions'
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
