/**
 * What an item says, as a short text: two items with the same key say the same.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import {isJsonObject, toJsonObject, type JsonObject} from '../../../base/json-object.ts'

/** Fields that say nothing of what was said: a caller may leave them out when it hands an item back. */
const NAMELESS: ReadonlySet<string> = new Set(['annotations', 'id', 'logprobs', 'status'])

/** The key of an item of an input or an output. */
export function toItemKey(item: unknown): string {
  const {type = 'message', ...fields} = toJsonObject(item)
  return hash(JSON.stringify(toPlain({type, ...fields}, 0)))
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

/** Without what says nothing, and with fields in one order. */
function toPlain(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return value.map((one) => toPlain(one, depth + 1))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !isNothing(inner) && !(depth < 3 && NAMELESS.has(name)))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, toPlain(inner, depth + 1)]),
  )
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0)
}

/** Everything of a request that has to be the same for the next one to go on from it. */
export function toFieldsKey(fields: JsonObject): string {
  return hash(JSON.stringify(fields))
}
