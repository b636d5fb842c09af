/**
 * Messages of Chat Completions that arrive in an input of the Responses API.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/guides/migrate-to-responses}
 */
import {toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'
import type {Item} from '../memory/item-memory.ts'

/** Fields that a message has there and not here. */
const CHAT_FIELDS = [
  'audio',
  'cache_control',
  'function_call',
  'name',
  'reasoning_content',
  'refusal',
  'tool_call_id',
  'tool_calls',
] as const

/** Whether `item` is a message that only Chat Completions has. */
export function isChatMessage(item: Item): boolean {
  const {role, type} = item
  if (type !== undefined && type !== 'message') return false
  return role === 'tool' || role === 'function' || CHAT_FIELDS.some((field) => field in item)
}

/** Converts one message to the items that say the same: what was said, then calls; or an output. */
export function convertChatMessage(message: Item): readonly Item[] {
  const {role, content, refusal} = message
  if (role === 'tool' || role === 'function') return [toOutput(message)]
  const calls = role === 'assistant' ? toCalls(message) : []
  const said = toText(refusal) === undefined ? content : [{type: 'refusal', refusal}]
  const isSilent = said === undefined || said === null || said === '' || isEmptyList(said)
  return isSilent ? calls : [{type: 'message', role, content: said}, ...calls]
}

function toOutput({tool_call_id: callId, name, content}: Item): Item {
  // Before tools had ids, an output named its function.
  const id = toText(callId) ?? toLegacyId(name)
  return {type: 'function_call_output', ...(id && {call_id: id}), output: content}
}

function toCalls({tool_calls: calls, function_call: legacyCall}: Item): readonly Item[] {
  const tools = Array.isArray(calls) ? calls.map(toJsonObject) : []
  const named = toJsonObject(legacyCall)
  const legacy =
    toText(named['name']) === undefined ? [] : [toCall(toLegacyId(named['name']), named)]
  return [...tools.map(toToolCall), ...legacy]
}

function toToolCall({id, function: called, custom}: JsonObject): Item {
  if (custom === undefined) return toCall(id, toJsonObject(called))
  const {name, input} = toJsonObject(custom)
  return {type: 'custom_tool_call', call_id: id, name, input}
}

function toCall(callId: unknown, {name, arguments: given}: JsonObject): Item {
  return {type: 'function_call', call_id: callId, name, arguments: given}
}

function toLegacyId(name: unknown): string | undefined {
  const text = toText(name)
  return text === undefined ? undefined : `function_${text}`
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
