/**
 * The error in a body or an event, in whatever shape the backend, or something in front of it, puts it.
 *
 * @module
 */
import {
  isJsonObject,
  parseJson,
  toJsonObject,
  toText,
  type JsonObject,
} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'

/** How deep an error may be wrapped. */
const MAX_DEPTH = 6

/** More JSON than this inside a text is not read. */
const MAX_JSON_CHARACTERS = 50_000

/** The most errors of a list that are told. */
const MAX_ERRORS = 3

/** Types of what is around an error, which say nothing about it. */
const ENVELOPES = new Set<unknown>(['error', 'response.failed', 'about:blank'])

/** A text that is no sentence, but a code. */
const CODE = /^[a-z][a-z\d]{0,30}(?:_[a-z\d]{1,30}){1,8}$/

/**
 * Finds the fields of an error, with its words in `message`: `{"error": {…}}`, `{"error": "…"}`, `{"detail": "…"}`,
 * `{"detail": {"code": "…"}}`, `{"detail": [{"loc": […], "msg": "…"}]}`, `{"errors": […]}`, `{"message": "…"}`, an event
 * with one of them, JSON in a text, or plain words.
 *
 * @returns Where the error itself says nothing, what is around it counts.
 */
export function readErrorFields(value: unknown, depth = 0): JsonObject {
  if (depth > MAX_DEPTH) return {}
  if (typeof value === 'string') return readWords(value, depth)
  if (Array.isArray(value)) return readList(value, depth)
  return isJsonObject(value) ? readObject(value, depth) : {}
}

function readObject(value: JsonObject, depth: number): JsonObject {
  const {detail, error, errors, response, type} = value
  const wrapped = [toJsonObject(response)['error'], error, errors, detail]
  const inner = wrapped
    .map((candidate) => readErrorFields(candidate, depth + 1))
    .find((fields) => Object.keys(fields).length > 0)
  return {
    ...value,
    ...readMessage(value, depth),
    type: ENVELOPES.has(type) ? undefined : type,
    ...withoutUndefined(inner ?? {}),
  }
}

function readMessage(value: JsonObject, depth: number): JsonObject {
  const {error_description: description, loc, message, msg, title} = value
  const words = toText(message) ?? toText(msg) ?? toText(description) ?? toText(title)
  if (words === undefined) return {message: undefined}
  const place = Array.isArray(loc) ? `${loc.slice(0, 8).filter(isStep).join('.')}: ` : ''
  return {message: place + words, ...(isJson(words) && readWords(words, depth))}
}

function isStep(step: unknown): step is number | string {
  return typeof step === 'string' || typeof step === 'number'
}

function readList(list: readonly unknown[], depth: number): JsonObject {
  const errors = list.slice(0, MAX_ERRORS).map((value) => readErrorFields(value, depth + 1))
  const messages = errors.flatMap(({message}) => toText(message) ?? [])
  return {...errors[0], ...(messages.length > 0 && {message: messages.join('; ')})}
}

function readWords(text: string, depth: number): JsonObject {
  const words = text.trim()
  if (words === '') return {}
  const json = isJson(words) ? parseJson(words) : undefined
  if (json !== undefined) return readErrorFields(json, depth + 1)
  return words.length <= 80 && CODE.test(words) ? {code: words} : {message: words}
}

function isJson(text: string): boolean {
  return text.length <= MAX_JSON_CHARACTERS && /^\s{0,20}[[{"]/.test(text)
}
