/**
 * A message of a WebSocket as the request that it would have been by HTTP.
 *
 * @module
 */
import * as z from 'zod'
import {keepSignal} from '../../base/keep-signal.ts'
import {MESSAGE_METHOD} from '../routes.ts'

/** A message that asks for something. */
export const messageSchema = z.looseObject({
  type: z.string(),
  input: z.array(z.unknown()).default([]),
  previous_response_id: z.string().nullish(),
})

/** A message that asks for something. */
export type SocketMessage = z.infer<typeof messageSchema>

/** In front of the names of headers that clients put into `client_metadata`. */
const HEADER_PREFIX = 'ws_request_header_'

const metadataSchema = z.record(z.string(), z.unknown())

/** Where a message came. */
export interface MessagePlace {
  /** The request that opened the connection. */
  readonly opener: Request
  /** Everything that was said, with what the message adds. */
  readonly items: readonly unknown[]
  /** Size of the message. */
  readonly bytes: number
  /** Of the connection. */
  readonly id: number
  /** Aborted when the connection is closed. */
  readonly signal: AbortSignal
}

/** Makes the request: with all that was said, and with the headers that the message names. */
export function toMessageRequest(message: SocketMessage, place: MessagePlace): Request {
  const {type: _type, generate, previous_response_id: _previous, ...fields} = message
  const metadata = metadataSchema.safeParse(message['client_metadata']).data ?? {}
  const headers = new Headers(place.opener.headers)
  for (const [name, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') continue
    if (name === 'x-codex-turn-state') headers.set(name, value)
    if (name.startsWith(HEADER_PREFIX)) {
      headers.set(name.slice(HEADER_PREFIX.length).replaceAll('_', '-'), value)
    }
  }
  headers.set('x-simulator-bytes', String(place.bytes))
  headers.set('x-simulator-connection', String(place.id))
  headers.set('x-simulator-new-items', String(message.input.length))
  if (generate === false) headers.set('x-simulator-warm-up', 'true')
  const asked: RequestInit = {
    method: MESSAGE_METHOD,
    headers,
    body: JSON.stringify({...fields, input: place.items}),
    signal: place.signal,
  }
  const request = new Request(place.opener.url, asked)
  keepSignal(request)
  return request
}
