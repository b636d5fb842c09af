/**
 * One event of the Responses API, read from its bytes.
 *
 * @module
 */
import {createParser, type EventSourceMessage} from 'eventsource-parser'
import {EventInvalidError} from '../../../errors.ts'
import {
  isDeepJson,
  isJsonObject,
  parseJson,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'

/** An event that has come whole. */
export interface ResponsesEvent {
  /** For example `response.output_item.done`: as its JSON says, else as the line `event:` does. */
  readonly type: string
  /** Length of its JSON, in characters. */
  readonly characters: number
  /**
   * Its JSON, with its `type`.
   *
   * @throws {EventInvalidError} It is not a JSON object, or is nested too deeply to be written again.
   */
  read(): JsonObject
}

export const BLANK_LINE = '\n\n'

/** The event in `bytes`, whose type is known. */
export function toEvent(type: string, bytes: Uint8Array): ResponsesEvent {
  return {type, characters: bytes.length, read: () => readEvent(decode(bytes))}
}

/** Finds the event in `bytes` with the standard's own parser; `undefined` for comments and what is no event. */
export function parseEvent(bytes: Uint8Array): ResponsesEvent | undefined {
  const message = parseMessage(decode(bytes))
  return message && toParsedEvent(message)
}

/** The event in a message of the standard's parser; `undefined` when it is none of this API. */
export function toParsedEvent({data, event: name}: EventSourceMessage): ResponsesEvent | undefined {
  const json = parseJson(data)
  const characters = data.length
  if (isJsonObject(json)) {
    const type = toText(json['type']) ?? name
    return type === undefined
      ? undefined
      : {type, characters, read: () => checkEvent({...json, type}, data)}
  }
  // Something in front of the backend says in plain words why there is no answer.
  const isInWords = name === 'error' && /^[^{]*\w/.test(data)
  return isInWords ? {type: name, characters, read: () => ({type: name, message: data})} : undefined
}

function decode({buffer, byteOffset, byteLength}: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString()
}

function parseMessage(text: string): EventSourceMessage | undefined {
  let found: EventSourceMessage | undefined
  createParser({onEvent: (message) => (found = message)}).feed(`${text}${BLANK_LINE}`)
  return found
}

function readEvent(text: string): JsonObject {
  const line = text.slice(text.indexOf('data:') + 'data:'.length)
  const data = line.includes('\n') ? (parseMessage(text)?.data ?? line) : line
  return checkEvent(parseJson(data), data)
}

function checkEvent(json: unknown, data: string): JsonObject {
  const fault = !isJsonObject(json) ? 'not valid JSON' : isDeepJson(data) ? 'nested too deeply' : ''
  if (isJsonObject(json) && fault === '') return json
  throw new EventInvalidError(`The backend sent an event that is ${fault}. Ask again.`)
}
