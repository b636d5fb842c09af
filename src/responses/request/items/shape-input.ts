/**
 * `input` as a backend takes it that stores nothing.
 *
 * @module
 */
import {RequestInvalidError} from '../../../errors.ts'
import {isJsonObject, toText} from '../../../base/json-object.ts'
import {toShownJson} from '../bounds.ts'
import {completeCallIds} from './complete-call-ids.ts'
import {convertChatMessage, isChatMessage} from './convert-chat-message.ts'
import type {Item, ItemMemory} from '../memory/item-memory.ts'
import {fitItem, isKnownType} from './item-rules.ts'
import {pairToolCalls} from './pair-tool-calls.ts'
import {findNewestUserMessage, toNote, type Place} from '../place.ts'
import type {ReportChange} from '../../request-change.ts'
import {shapeMessage} from './shape-message.ts'
import {shapeToolItem} from './shape-tool-item.ts'
import {createToolNames, type ToolNames} from '../tools/tool-names.ts'

/** Options of {@link shapeInput}. */
export interface ShapeInputOptions {
  readonly items: ItemMemory
  readonly report: ReportChange
  /**
   * Whether the account that is asked can read a piece of encrypted reasoning; what it cannot is left out. Default: it
   * can read all.
   *
   * @see {@link https://github.com/openai/codex/issues/8119}
   */
  readonly canRead?: ((encrypted: string) => boolean) | undefined
  /** Whether the model reads images. Default `true`. */
  readonly vision?: boolean
  /** Default: those of a request without tools. */
  readonly names?: ToolNames
}

/** What stands in for the beginning of a long conversation. */
const COMPACTIONS: ReadonlySet<unknown> = new Set(['compaction', 'context_compaction'])

/** Types of other writers for items that the backend knows. */
const ALIASES: ReadonlyMap<unknown, string> = new Map([['compaction_summary', 'compaction']])

/**
 * Makes a list of whole items: a text becomes a message, references are replaced by the items that
 * were seen before, and every item gets the form, the fields and the size that this backend takes.
 * What cannot be sent becomes a note, wherever the user can no longer take it out.
 *
 * @returns An empty list when nothing is said.
 * @throws {RequestInvalidError} `input` is neither text nor a list, or the newest user message holds
 * what the backend cannot read.
 */
export function shapeInput(input: unknown, options: ShapeInputOptions): readonly Item[] {
  const list = toItemList(input)
  const {names = createToolNames({}), report, vision = true} = options
  const newest = findNewestUserMessage(list)
  const usedIds = new Set<string>()
  const shaped: Item[] = []
  let hasIds = false
  for (const [index, given] of list.entries()) {
    const isNewest = index === newest
    const place = {field: `input[${index}]`, report, isNewest, vision, names, usedIds}
    const whole = expand(toItem(given, place), place, options)
    const parts = whole ? shapeItem(whole, place, options) : []
    for (const part of parts) {
      const fitted = fitItem(part, place) ?? toItemNote(part, place)
      hasIds ||= whole === given && 'id' in part && fitted['id'] === undefined
      shaped.push(fitted)
    }
  }
  // Once for all: most items have one.
  if (hasIds) report('input[].id', 'dropped', 'Nothing is stored under the ids of items')
  return pairToolCalls(completeCallIds(shaped, report), report)
}

/** The items of `input`, as the caller wrote them. */
export function toItemList(input: unknown): readonly unknown[] {
  if (typeof input === 'string') {
    return [{type: 'message', role: 'user', content: [{type: 'input_text', text: input}]}]
  }
  if (input === undefined || input === null) return []
  if (Array.isArray(input)) return input
  throw new RequestInvalidError('`input` must be a text or a list of items')
}

function toItem(given: unknown, {field, report}: Place): Item | undefined {
  if (isJsonObject(given)) return given
  if (typeof given !== 'string') {
    report(field, 'dropped', 'An item has to be an object')
    return undefined
  }
  report(field, 'replaced', 'A text in a list of items has to be a message')
  return {type: 'message', role: 'user', content: given}
}

/** The item itself, or the one that a reference means. */
function expand(
  item: Item | undefined,
  {field, report}: Place,
  {items}: ShapeInputOptions,
): Item | undefined {
  if (!item || !isReference(item)) return item
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

function shapeItem(given: Item, place: Place, options: ShapeInputOptions): readonly Item[] {
  const {field, report} = place
  const encrypted = toText(given['encrypted_content'])
  if (encrypted && options.canRead?.(encrypted) === false) {
    report(field, 'dropped', 'It is encrypted for another account')
    return []
  }
  const item = withType(given, place)
  const {type, encrypted_content: content} = item
  if (COMPACTIONS.has(type) && content !== undefined && toText(content) === undefined) {
    report(field, 'lost', 'What was compacted is not there')
    return []
  }
  if (type === 'reasoning') return shapeReasoning(item, place)
  if (isChatMessage(item)) {
    report(field, 'replaced', 'Chat Completions calls this message otherwise')
    return convertChatMessage(item).flatMap((part) => shapeTyped(part, place))
  }
  return shapeTyped(item, place)
}

function shapeTyped(item: Item, place: Place): readonly Item[] {
  const {type} = item
  if (type === undefined || type === 'message') return shapeMessage(item, place)
  if (!isKnownType(type)) return [toItemNote(item, place)]
  const isSystem = item['role'] === 'system'
  return [shapeToolItem(isSystem ? {...item, role: 'developer'} : item, place)]
}

/** What an item is that does not say it, or says it in the words of others. */
function withType(item: Item, {field, report}: Place): Item {
  const {type, role, content, author} = item
  // What an agent says to another has an author; with a role alone, it is a message.
  const isMessage = type === 'agent_message' && toText(author) === undefined
  if (!isMessage && isKnownType(type) && (type !== undefined || typeof role === 'string'))
    return item
  const known =
    ALIASES.get(type) ??
    (typeof role === 'string' && content !== undefined ? 'message' : toToolType(item))
  if (known === undefined) return item
  if (type !== null) report(`${field}.type`, 'replaced', 'The backend calls this item otherwise')
  return {...item, type: known}
}

/** By its fields; `undefined` when they do not tell. */
function toToolType({
  type,
  name,
  arguments: given,
  call_id: callId,
  output,
}: Item): string | undefined {
  if (typeof type === 'string') return undefined
  if (typeof name === 'string' && given !== undefined) return 'function_call'
  return toText(callId) !== undefined && output !== undefined ? 'function_call_output' : undefined
}

function shapeReasoning(item: Item, {field, report}: Place): readonly Item[] {
  const {encrypted_content: content, summary} = item
  if (toText(content) === undefined) {
    report(field, 'dropped', 'Reasoning without encrypted_content would have to be stored')
    return []
  }
  if (Array.isArray(summary) && summary.every(isSummary)) return [item]
  const action = Array.isArray(summary) ? 'repaired' : 'added'
  report(`${field}.summary`, action, 'The backend asks for a summary, which may be empty')
  return [{...item, summary: Array.isArray(summary) ? summary.filter(isSummary) : []}]
}

function isSummary(part: unknown): boolean {
  return isJsonObject(part) && part['type'] === 'summary_text' && typeof part['text'] === 'string'
}

/** An item that cannot be sent, in words that the model reads. */
function toItemNote(
  {id: _id, encrypted_content: _content, ...item}: Item,
  {field, report}: Place,
): Item {
  report(field, 'replaced', 'An item that the backend does not take became a note')
  const isOfUser = item['role'] === 'user' || toText(item['type'])?.endsWith('_output') === true
  const note = `An item that ChatGPT does not take: ${toShownJson(item)}`
  return {
    type: 'message',
    role: isOfUser ? 'user' : 'assistant',
    content: [toNote(note, isOfUser ? 'input' : 'output')],
  }
}
