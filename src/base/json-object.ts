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

/** The deepest nesting that is taken from outside: whatever walks through a value later may recurse. */
const MAX_DEPTH = 512

/**
 * Whether the JSON in `text` is nested more deeply than anything that means something. `JSON.parse` takes
 * any depth, and `JSON.stringify` fails at some thousand levels.
 */
export function isDeepJson(text: string): boolean {
  // Nearly always: there are not even as many brackets.
  return text.length > MAX_DEPTH && countBrackets(text) > MAX_DEPTH && depthOf(text) > MAX_DEPTH
}

/** Up to one more than {@link MAX_DEPTH}. */
function countBrackets(text: string): number {
  let count = 0
  for (const bracket of ['[', '{']) {
    let at = text.indexOf(bracket)
    for (; at !== -1 && count <= MAX_DEPTH; count += 1) at = text.indexOf(bracket, at + 1)
  }
  return count
}

const OPENING: ReadonlySet<number> = new Set(Buffer.from('[{'))
const CLOSING: ReadonlySet<number> = new Set(Buffer.from(']}'))
const QUOTE = 0x22
const BACKSLASH = 0x5c

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index)
    if (character === QUOTE) isString = !isString
    else if (isString) index += Number(character === BACKSLASH)
    else if (OPENING.has(character)) deepest = Math.max(deepest, (depth += 1))
    else if (CLOSING.has(character)) depth -= 1
  }
  return deepest
}
