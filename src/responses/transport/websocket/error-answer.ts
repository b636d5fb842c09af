/**
 * An error that comes as a message, as the answer that it would be by HTTP.
 *
 * @module
 */
import {
  parseJson,
  toJsonObject,
  toNumber,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'
import type {ReceivedAnswer} from '../../../http/send.ts'

/** What the backend says in place of an answer. */
export interface RefusedBySocket {
  readonly status: number
  readonly error: JsonObject
  readonly headers: JsonObject
}

/** Codes of what a new connection and the whole conversation mend. Nothing was done yet. */
const AGAIN: ReadonlySet<string> = new Set([
  'previous_response_not_found',
  'websocket_connection_limit_reached',
])

/** Reads it; `undefined` when the message is the beginning of an answer. */
export function readErrorMessage(data: Uint8Array): RefusedBySocket | undefined {
  const message = toJsonObject(parseJson(Buffer.from(data).toString()))
  const {type} = message
  if (type === 'response.failed') {
    const error = toJsonObject(toJsonObject(message['response'])['error'])
    // Any other failure is told as the event that it is.
    return AGAIN.has(toText(error['code']) ?? '') ? {status: 400, error, headers: {}} : undefined
  }
  if (type !== 'error') return undefined
  const status = toNumber(message['status']) ?? toNumber(message['status_code'])
  if (status === undefined || status < 400 || status > 599) return undefined
  const error = toJsonObject(message['error'])
  return {status, error, headers: toJsonObject(message['headers'])}
}

/** Whether everything is to be sent again on a new connection. */
export function isToSendAgain({error}: RefusedBySocket): boolean {
  return AGAIN.has(toText(error['code']) ?? '')
}

/** The same refusal by HTTP. */
export function toRefusedAnswer({error, headers, status}: RefusedBySocket): ReceivedAnswer {
  const told = new Headers({'content-type': 'application/json'})
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? String(value[0]) : String(value)
    if (/^[\w-]+$/.test(name) && /^[\t\u0020-\u007E]*$/.test(text)) told.set(name, text)
  }
  return new Response(JSON.stringify({error}), {status, headers: told})
}
