/**
 * Whether an event brings the first words of an answer. Until then nobody has read anything, and whatever
 * goes wrong can still be asked again, or of another account.
 *
 * @module
 */
import {toJsonObject} from '../../base/json-object.ts'
import type {ResponsesEvent} from './events/responses-event.ts'

/** Of these, only the fact that they came says something. */
const WORDLESS = new Set([
  'keepalive',
  'ping',
  'response.created',
  'response.in_progress',
  'response.metadata',
  'response.queued',
])

/** About the account and the connection, not about the answer. */
const ABOUT_OTHER_THINGS = /^(?:codex|responsesapi)\./

/** Fields that say where something belongs, and whose it is, and nothing that a reader could see. */
const FRAME_FIELDS = new Set([
  'call_id',
  'encrypted_content',
  'event_id',
  'id',
  'internal_chat_message_metadata_passthrough',
  'item_id',
  'metadata',
  'model',
  'name',
  'namespace',
  'object',
  'obfuscation',
  'phase',
  'response',
  'response_id',
  'role',
  'safety_buffering',
  'status',
  'type',
])

/** Deeper than this, there is something. */
const MAX_DEPTH = 16

/**
 * Whether a reader could see or act upon something in `event`: a text, a thought, arguments, an image, a
 * call that is complete. Of an event that we do not know, any text is taken for such: to ask twice for what
 * somebody has acted upon would be worse than to hand a failure on.
 *
 * @throws {EventInvalidError} It is not JSON.
 */
export function hasWords(event: ResponsesEvent): boolean {
  const {type} = event
  if (isHandshake(event)) return false
  if (ENDS.has(type)) return true
  const json = event.read()
  return (type === 'response.output_item.done' && isCall(json['item'])) || isSomething(json, 0)
}

/** Whether it is one of the events that a server sends before it works on the answer. */
export function isHandshake({type}: Pick<ResponsesEvent, 'type'>): boolean {
  return WORDLESS.has(type) || ABOUT_OTHER_THINGS.test(type)
}

/** After these there is nothing to wait for. */
const ENDS = new Set(['response.completed', 'response.done', 'response.incomplete'])

/** A call without arguments is one, too. */
function isCall(item: unknown): boolean {
  const {type} = toJsonObject(item)
  return typeof type === 'string' && type.endsWith('_call')
}

function isSomething(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return value !== ''
  if (typeof value !== 'object' || value === null) return false
  if (depth > MAX_DEPTH) return true
  if (Array.isArray(value)) return value.some((part) => isSomething(part, depth + 1))
  return Object.entries(value).some(
    ([field, part]) => !FRAME_FIELDS.has(field) && isSomething(part, depth + 1),
  )
}
