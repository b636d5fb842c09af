/**
 * A request by HTTP as a message of a WebSocket.
 *
 * @module
 */
import {
  parseJson,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../../base/json-object.ts'
import {TURN_STATE_HEADER} from '../../turn-states.ts'
import {toFieldsKey, toItemKey} from './item-keys.ts'

/** A request, taken apart. */
export interface SplitRequest {
  /** What is repeated with each message. */
  readonly fields: JsonObject
  readonly metadata: JsonObject
  readonly items: readonly unknown[]
  readonly fieldsKey: string
  readonly itemKeys: readonly string[]
}

/** What was said on a connection until the end of its last answer. */
export interface SaidThere {
  /** Of the response. */
  readonly id: string
  readonly fieldsKey: string
  readonly itemKeys: readonly string[]
}

const LITE_HEADER = 'x-openai-internal-codex-responses-lite'

/** Headers that a message carries in its metadata, by their names there. */
const IN_METADATA: ReadonlyMap<string, string> = new Map([
  [TURN_STATE_HEADER, TURN_STATE_HEADER],
  [LITE_HEADER, `ws_request_header_${LITE_HEADER.replaceAll('-', '_')}`],
])

/** Headers of a request that are none of an upgrade. */
const OF_REQUEST: ReadonlySet<string> = new Set(['accept', 'content-type', ...IN_METADATA.keys()])

/** Takes a request apart. */
export function splitRequest(body: Uint8Array): SplitRequest {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()
  const {input, client_metadata: metadata, ...fields} = toJsonObject(parseJson(text))
  const items = toList(input)
  return {
    fields,
    metadata: toJsonObject(metadata),
    items,
    fieldsKey: toFieldsKey(fields),
    itemKeys: items.map(toItemKey),
  }
}

/** Whether more requests of the conversation are likely: it has tools, or a second turn. */
export function isWorthwhile({fields, items}: SplitRequest): boolean {
  if (toList(fields['tools']).length > 0) return true
  return items.some((item) => {
    const {role, type} = toJsonObject(item)
    return role === 'assistant' || type === 'additional_tools' || toText(type)?.endsWith('_output')
  })
}

/** Whether the request goes on from what was said there: proven item by item. */
export function continues(request: SplitRequest, said: SaidThere | undefined): said is SaidThere {
  if (!said || said.fieldsKey !== request.fieldsKey) return false
  return said.itemKeys.every((key, index) => key === request.itemKeys[index])
}

/**
 * The message: only what is new where it goes on from `said`, else everything.
 *
 * @param headers Of the request. Some of them are told in the message.
 */
export function toCreateMessage(
  {fields, items, metadata}: SplitRequest,
  headers: Readonly<Record<string, string>>,
  said: SaidThere | undefined,
): string {
  const told = [...IN_METADATA].flatMap(([header, name]) => {
    const value = headers[header]
    return value === undefined ? [] : [[name, value] as const]
  })
  return JSON.stringify({
    type: 'response.create',
    ...fields,
    ...(said && {previous_response_id: said.id}),
    input: said ? items.slice(said.itemKeys.length) : items,
    client_metadata: {...metadata, ...Object.fromEntries(told)},
  })
}

/** The headers of the upgrade: those of the request, as far as they say who asks. */
export function toUpgradeHeaders(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).filter(([name]) => !OF_REQUEST.has(name))
  const thread = headers['thread-id']
  return {
    ...Object.fromEntries(kept),
    'openai-beta': 'responses_websockets=2026-02-06',
    ...(thread !== undefined && {'x-client-request-id': thread}),
  }
}
