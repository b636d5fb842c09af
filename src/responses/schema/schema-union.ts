/**
 * Several schemas as one.
 *
 * @module
 */
import {isJsonObject} from '../../base/json-object.ts'

/**
 * One schema for what any of `schemas` allows.
 *
 * @param toKey Schemas of one key are the same.
 */
export function toUnion(
  schemas: readonly unknown[],
  toKey: (schema: unknown) => unknown = JSON.stringify,
): unknown {
  const [first = {}, ...others] = schemas
  if (others.length === 0) return first
  const distinct = new Map(schemas.map((schema) => [toKey(schema), schema]))
  return distinct.size > 1 ? {anyOf: [...distinct.values()]} : first
}

/**
 * The text of a schema that holds no other objects, else the schema itself: writing it anew at each
 * level would take quadratic time.
 */
export function toFlatKey(schema: unknown): unknown {
  const isFlat = isJsonObject(schema) && !Object.values(schema).some(isNested)
  return isFlat ? JSON.stringify(schema) : schema
}

function isNested(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isJsonObject) : isJsonObject(value)
}
