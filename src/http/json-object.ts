/**
 * Reading JSON that nobody has checked yet.
 *
 * @module
 */

/** A JSON object whose fields are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Whether `value` is an object, not a list and not `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `value` if it is an object, else an empty one: for fields that may be missing or of any type. */
export function toJsonObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** The JSON in `text`; `undefined` when it is not JSON, or no text. */
export function parseJson(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** `value` if it is a text with something in it. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/** `value` if it is a number that one can calculate with. */
export function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** `value` if it is a list, else an empty one. */
export function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
