/**
 * `input` as a backend takes it that stores nothing.
 *
 * @module
 */
import {RequestInvalidError} from '../../errors.ts'
import {isJsonObject} from '../../http/json-object.ts'
import {convertChatMessage, isChatMessage} from './convert-chat-message.ts'
import type {Item, ItemMemory} from './item-memory.ts'
import {pairToolCalls} from './pair-tool-calls.ts'
import type {ReportChange} from './request-change.ts'
import {shapeMessage, type ShapeMessageOptions} from './shape-message.ts'
import {shapeToolItem} from './shape-tool-item.ts'

/** What {@link shapeInput} needs from outside. */
export interface ShapeInputOptions {
  readonly items: ItemMemory
  readonly report: ReportChange
  /**
   * Leaves out what only the account can read that it was encrypted for. Default `false`.
   *
   * @see {@link https://github.com/openai/codex/issues/8119}
   */
  readonly withoutEncryptedReasoning?: boolean
}

/**
 * Makes a list of whole items: a string becomes a message, references are replaced by the items that
 * were seen before, messages and tool items get the form of this backend, and ids are left out.
 *
 * @throws {RequestInvalidError} `input` is neither text nor a list of objects, or has an image that
 * cannot be read.
 */
export function shapeInput(input: unknown, options: ShapeInputOptions): readonly Item[] {
  if (typeof input === 'string') {
    return [{type: 'message', role: 'user', content: [{type: 'input_text', text: input}]}]
  }
  if (!Array.isArray(input)) {
    throw new RequestInvalidError('`input` must be a text or a list of items')
  }
  const shaped: Item[] = []
  let hasIds = false
  for (const [index, item] of input.entries()) {
    const field = `input[${index}]`
    if (!isJsonObject(item)) throw new RequestInvalidError(`\`${field}\` must be an object`)
    const whole = expand(item, field, options)
    const parts = whole ? shapeItem(whole, field, options) : []
    hasIds ||= whole === item && parts.some(hasUselessId)
    for (const part of parts) shaped.push(withoutId(part))
  }
  // Once for all: most items have one.
  if (hasIds) options.report('input[].id', 'dropped', 'Nothing is stored under the ids of items')
  return pairToolCalls(shaped, options.report)
}

/** The item itself, or the one that a reference means. */
function expand(item: Item, field: string, {items, report}: ShapeInputOptions): Item | undefined {
  if (!isReference(item)) return item
  const {id} = item
  const remembered = typeof id === 'string' ? items.recall(id) : undefined
  if (remembered && !isReference(remembered)) return remembered
  report(field, 'lost', 'The item it refers to is not remembered any more')
  return undefined
}

/** The type of a reference may be left out. */
function isReference(item: Item): boolean {
  const {type, id} = item
  if (type === 'item_reference') return true
  if ((type !== undefined && type !== null) || typeof id !== 'string') return false
  return Object.keys(item).every((key) => key === 'id' || key === 'type')
}

/** @param field Where the item is in the caller's `input`, for example `input[3]`. */
function shapeItem(item: Item, field: string, options: ShapeInputOptions): readonly Item[] {
  const {report, withoutEncryptedReasoning} = options
  const isEncrypted = typeof item['encrypted_content'] === 'string'
  if (isEncrypted && withoutEncryptedReasoning === true) {
    report(field, 'dropped', 'It is encrypted for another account')
    return []
  }
  const place = {field, report}
  if (item['type'] === 'reasoning') return shapeReasoning(item, place)
  if (isChatMessage(item)) {
    report(field, 'replaced', 'Chat Completions calls this message otherwise')
    const converted = convertChatMessage(item)
    return converted.flatMap((part) => shapeMessage(shapeToolItem(part, place), place))
  }
  return typeof item['role'] === 'string' ? shapeMessage(item, place) : [shapeToolItem(item, place)]
}

function shapeReasoning(item: Item, {field, report}: ShapeMessageOptions): readonly Item[] {
  const {encrypted_content: content, summary} = item
  if (typeof content !== 'string' || content === '') {
    report(field, 'dropped', 'Reasoning without encrypted_content would have to be stored')
    return []
  }
  if (Array.isArray(summary)) return [item]
  report(`${field}.summary`, 'added', 'The backend asks for a summary, which may be empty')
  return [{...item, summary: []}]
}

function withoutId(item: Item): Item {
  // The backend looks an id up among stored items, finds none, and refuses the request. Undefined is
  // not written, and a copy with it costs a fifth of one without.
  return hasUselessId(item) ? {...item, id: undefined} : item
}

/** The answer to an approval names the request for it by its id. */
function hasUselessId(item: Item): boolean {
  return 'id' in item && item['type'] !== 'mcp_approval_request'
}
