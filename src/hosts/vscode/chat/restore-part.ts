/**
 * The items of a part of an answer, as the model wrote them.
 *
 * @module
 */
import {parseJson, toText, type JsonObject} from '../../../base/json-object.ts'
import {isCall, type Output} from './answer-memory.ts'

/** A call, as the editor has it. */
export interface Called {
  readonly kind: 'called'
  readonly message: number
  readonly callId: string
  readonly name: string
  readonly input: object
}

/** The part of an answer that a run of pieces has. */
export interface AnswerPart {
  readonly output: Output
  readonly calls: readonly Called[]
  /** How many of its messages are there; what stands in their place if they were changed. */
  readonly said: number | readonly JsonObject[]
  /** How many pieces, from the first call. */
  readonly length: number
}

/**
 * Gives back the items up to the last one that the editor has: what it left out of an answer stays out.
 *
 * @param options.used Items that are in the request already. Those that are given back are added.
 */
export function restorePart(
  part: AnswerPart,
  {used}: {readonly used: Set<JsonObject>},
): JsonObject[] {
  const free = part.output.filter((item) => !used.has(item))
  const kept = findKept(free, part)
  const isWhole = free.every((item) => kept.has(item) || item['type'] === 'reasoning')
  const end = isWhole ? free.length : free.findLastIndex((item) => kept.has(item)) + 1
  const items = free.slice(0, end).flatMap((item) => {
    const now = item['type'] === 'reasoning' ? item : kept.get(item)
    if (!now) return []
    used.add(item)
    return [now]
  })
  // An answer that had no words has some now.
  const isNew = typeof part.said !== 'number' && !free.some(isMessage)
  return isNew ? [toMessage(part.said), ...items] : items
}

/** The messages and calls that the editor has, each as it is to be sent. */
function findKept(free: Output, {calls, said}: AnswerPart): ReadonlyMap<JsonObject, JsonObject> {
  const kept = new Map<JsonObject, JsonObject>()
  const messages = free.filter(isMessage)
  if (typeof said === 'number') {
    for (const item of messages.slice(0, said)) kept.set(item, item)
  } else {
    for (const item of messages.slice(0, 1)) kept.set(item, {...item, content: said})
  }
  for (const item of free.filter(isCall)) {
    const call = calls.find(({callId}) => callId === item['call_id'])
    // Letter by letter what the model wrote keeps the prompt cache warm, unless it was changed since.
    if (call) kept.set(item, isSameInput(item, call) ? item : toCall(call))
  }
  return kept
}

/** Words of an answer that is not remembered, as an item. */
export function toMessage(content: readonly JsonObject[]): JsonObject {
  return {type: 'message', role: 'assistant', content}
}

/** A call that is not remembered, or was changed, as an item. */
export function toCall({callId, name, input}: Called): JsonObject {
  return {type: 'function_call', call_id: callId, name, arguments: JSON.stringify(input)}
}

function isSameInput(item: JsonObject, {input}: Called): boolean {
  const written = JSON.stringify(parseJson(toText(item['arguments']) ?? '{}'))
  return written === JSON.stringify(input)
}

/** Whether an item holds words. */
export function isMessage({type}: JsonObject): boolean {
  return type === 'message'
}
