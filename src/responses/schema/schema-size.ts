/**
 * How much there is of a schema.
 *
 * @module
 */
import {isJsonObject, type JsonObject} from '../../base/json-object.ts'

/** About 1,600 properties. It takes less than 50 ms to repair as much. */
const MAX_SIZE = 10_000

/** Levels of JSON that are looked at: those of schemas, and what lies between them. */
const MAX_DEPTH = 130

/** What is read sign by sign. */
const CLOSELY_READ: ReadonlySet<string> = new Set(['$ref', 'pattern'])

/** Whether there is more of a schema than can be repaired while the host waits. Stops where it is. */
export function isTooLarge(schema: JsonObject): boolean {
  const left: {readonly value: unknown; readonly depth: number}[] = [{value: schema, depth: 0}]
  let size = 0
  for (let next = left.pop(); next && size <= MAX_SIZE; next = left.pop()) {
    const {value, depth} = next
    const inner = depth > MAX_DEPTH ? [] : toInner(value)
    size += isJsonObject(value) ? sizeOf(value) : inner.length
    if (size > MAX_SIZE) break
    for (const one of inner) {
      if (typeof one === 'object') left.push({value: one, depth: depth + 1})
    }
  }
  return size > MAX_SIZE
}

function toInner(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  return isJsonObject(value) ? Object.values(value) : []
}

function sizeOf(value: JsonObject): number {
  let size = 0
  for (const [key, inner] of Object.entries(value)) {
    size += 1 + key.length / 8
    if (typeof inner === 'string' && CLOSELY_READ.has(key)) size += inner.length / 4
  }
  return size
}
