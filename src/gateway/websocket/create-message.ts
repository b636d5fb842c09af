/**
 * A `response.create` message, taken apart.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'
import type {RequestHead} from '../exchange/exchange.ts'

/** What a client asks in a message. */
export interface CreateMessage {
  /** The fields of a request by HTTP, without its input. */
  readonly fields: JsonObject
  /** The new items, as JSON without the brackets around them. */
  readonly items: string
  /** The response whose conversation it goes on with. */
  readonly previousId: string | undefined
  /** Whether nothing is to be generated yet. */
  readonly isWarmUp: boolean
}

/** In front of the names of headers that the official client puts into `client_metadata`. */
const HEADER_PREFIX = 'ws_request_header_'

/** What belongs to a turn of the connection between the client and the gateway. */
const TURN_STATE = 'x-codex-turn-state'

/** Headers of the upgrade that say nothing of a request. */
const OF_UPGRADE = /^(?:connection|upgrade|content-.*|sec-websocket-.*)$/

/** Takes it apart. */
export function readCreateMessage(message: JsonObject): CreateMessage {
  const {type: _type, input, previous_response_id: previous, generate, ...rest} = message
  const {client_metadata: metadata, ...fields} = rest
  return {
    fields: {
      ...fields,
      stream: true,
      ...(isJsonObject(metadata) && {client_metadata: withoutHeaders(metadata)}),
    },
    items: toItems(input),
    previousId: toText(previous),
    isWarmUp: generate === false,
  }
}

/** The body of the same request by HTTP, with all that was said. */
export function toRequestBody(fields: JsonObject, items: string): Buffer {
  // The items are not taken apart again: a conversation may have some MB.
  return Buffer.from(`${JSON.stringify(fields).slice(0, -1)},"input":[${items}]}`)
}

/** Joins items, as JSON without brackets. */
export function joinItems(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(',')
}

/** The head of the same request by HTTP: what the client says in the message counts more than what it said before. */
export function toMessageHead(head: RequestHead, message: JsonObject): RequestHead {
  const headers: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(head.headers)) {
    if (value !== undefined && !OF_UPGRADE.test(name)) headers[name] = value
  }
  const metadata = toJsonObject(message['client_metadata'])
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') continue
    if (name === 'session_id' || name === 'thread_id') headers[name.replace('_', '-')] = value
    if (name.startsWith('x-codex-') && name !== TURN_STATE) headers[name] = value
  }
  headers['content-type'] = 'application/json'
  return {...head, method: 'POST', headers}
}

function withoutHeaders(metadata: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(metadata).filter(
      ([name]) => name !== TURN_STATE && !name.startsWith(HEADER_PREFIX),
    ),
  )
}

function toItems(input: unknown): string {
  if (Array.isArray(input)) return JSON.stringify(input).slice(1, -1)
  if (typeof input !== 'string') return ''
  return JSON.stringify({
    type: 'message',
    role: 'user',
    content: [{type: 'input_text', text: input}],
  })
}
