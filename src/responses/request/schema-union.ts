/**
 * Several schemas as one.
 *
 * @module
 */

/** One schema for what any of `schemas` allows. */
export function toUnion(schemas: readonly unknown[]): unknown {
  const distinct = new Map(schemas.map((schema) => [JSON.stringify(schema), schema]))
  const [only = {}] = distinct.values()
  return distinct.size > 1 ? {anyOf: [...distinct.values()]} : only
}
