/**
 * Events of the Responses API as chunks of the Chat Completions API.
 *
 * Summaries of the reasoning become `reasoning_content`, which is not OpenAI's field: it is the one
 * that clients of compatible servers read.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/chat/streaming}
 */
import {toJsonObject, type JsonObject} from '../../http/json-object.ts'
import {
  BETWEEN_THOUGHTS,
  textsOf,
  toChatUsage,
  toFinishReason,
  toIdentity,
  toToolCall,
  type AnswerIdentity,
  type FinishReason,
  type IdentityOptions,
} from './chat-answer.ts'

/** What an answer is like. */
export interface ChunkWriterOptions extends IdentityOptions {
  /** Whether a last chunk says how many tokens were used. */
  readonly includeUsage: boolean
}

/** What tells items, or parts of them, apart. */
type Key = number | string

/** An answer while it is written. */
interface Draft {
  readonly options: ChunkWriterOptions
  readonly write: (chunk: JsonObject) => void
  /** Messages and thoughts of which something was written. */
  readonly writtenItems: Set<Key | undefined>
  /** Calls: their place among the calls, and how much of their arguments was written. */
  readonly calls: Map<Key | undefined, {readonly index: number; characters: number}>
  identity?: AnswerIdentity
  hasRole: boolean
  /** Which part of the reasoning was written last. */
  thought?: string
}

type Handler = (event: JsonObject, draft: Draft) => void

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['response.created', identify],
  ['response.in_progress', identify],
  ['response.output_item.added', startItem],
  ['response.output_item.done', completeItem],
  ['response.output_text.delta', (event, draft) => writeText('content', event, draft)],
  ['response.refusal.delta', (event, draft) => writeText('refusal', event, draft)],
  ['response.reasoning_summary_text.delta', writeThought],
  ['response.reasoning_text.delta', writeThought],
  ['response.function_call_arguments.delta', continueCall],
  ['response.custom_tool_call_input.delta', continueCall],
  ['response.completed', finish],
  ['response.done', finish],
  ['response.incomplete', finish],
])

/** Events after which nothing more comes. */
const RESULTS = new Set(['response.completed', 'response.done', 'response.incomplete'])

/** Whether an event of this type ends an answer with a result. */
export function isResult(type: string): boolean {
  return RESULTS.has(type)
}

/** Whether an event of this type becomes part of the answer; another one need not be read. */
export function isWritten(type: string): boolean {
  return HANDLERS.has(type)
}

/** Creates the listener that turns the events of one answer into chunks, and gives them to `write`. */
export function createChunkWriter(
  write: (chunk: JsonObject) => void,
  options: ChunkWriterOptions,
): (event: JsonObject) => void {
  const draft: Draft = {
    options,
    write,
    writtenItems: new Set(),
    calls: new Map(),
    hasRole: false,
  }
  return (event) => HANDLERS.get(String(event['type']))?.(event, draft)
}

function identify(event: JsonObject, draft: Draft): void {
  draft.identity ??= toIdentity(toJsonObject(event['response']), draft.options)
}

function writeChunk(fields: JsonObject, draft: Draft): void {
  draft.identity ??= toIdentity({}, draft.options)
  const {id, ...rest} = draft.identity
  draft.write({id, object: 'chat.completion.chunk', ...rest, ...fields})
}

function writeDelta(delta: JsonObject, draft: Draft): void {
  if (!draft.hasRole) writeChoice({role: 'assistant', content: ''}, null, draft)
  draft.hasRole = true
  writeChoice(delta, null, draft)
}

function writeChoice(delta: JsonObject, finishReason: FinishReason | null, draft: Draft): void {
  writeChunk({choices: [{index: 0, delta, finish_reason: finishReason}]}, draft)
}

function writeText(field: 'content' | 'refusal', event: JsonObject, draft: Draft): void {
  draft.writtenItems.add(keyOf(event))
  writeDelta({[field]: textOf(event['delta'])}, draft)
}

function writeThought(event: JsonObject, draft: Draft): void {
  const key = keyOf(event)
  const part = [event['summary_index'], event['content_index']].find(isKey)
  draft.writtenItems.add(key)
  writeThoughtPart(textOf(event['delta']), `${key} ${part}`, draft)
}

function writeThoughtPart(text: string, thought: string, draft: Draft): void {
  const isNext = draft.thought !== undefined && draft.thought !== thought
  draft.thought = thought
  writeDelta({reasoning_content: isNext ? BETWEEN_THOUGHTS + text : text}, draft)
}

/** A tool call is announced with its name; its arguments follow. */
function startItem(event: JsonObject, draft: Draft): void {
  const call = toToolCall(toJsonObject(event['item']))
  if (!call || draft.calls.has(keyOf(event))) return
  const index = draft.calls.size
  const text = call.function?.arguments ?? call.custom?.input ?? ''
  draft.calls.set(keyOf(event), {index, characters: text.length})
  writeDelta({tool_calls: [{index, ...call}]}, draft)
}

function continueCall(event: JsonObject, draft: Draft): void {
  const call = draft.calls.get(keyOf(event))
  // A call that was not announced is written whole, once it is complete.
  if (!call) return
  const text = textOf(event['delta'])
  call.characters += text.length
  const isCustom = event['type'] === 'response.custom_tool_call_input.delta'
  writeArguments(text, {isCustom, index: call.index}, draft)
}

function writeArguments(
  text: string,
  {isCustom, index}: {readonly isCustom: boolean; readonly index: number},
  draft: Draft,
): void {
  const call = isCustom ? {custom: {input: text}} : {function: {arguments: text}}
  writeDelta({tool_calls: [{index, ...call}]}, draft)
}

/** Writes what the deltas left out, if anything. */
function completeItem(event: JsonObject, draft: Draft): void {
  const item = toJsonObject(event['item'])
  const call = toToolCall(item)
  if (call) {
    startItem(event, draft)
    const {index, characters} = draft.calls.get(keyOf(event))!
    const rest = (call.function?.arguments ?? call.custom?.input ?? '').slice(characters)
    if (rest !== '') writeArguments(rest, {isCustom: call.type === 'custom', index}, draft)
    return
  }
  if (draft.writtenItems.has(keyOf(event))) return
  for (const text of textsOf(item['content'], 'output_text')) writeDelta({content: text}, draft)
  for (const refusal of textsOf(item['content'], 'refusal')) writeDelta({refusal}, draft)
  for (const [part, text] of textsOf(item['summary'], 'summary_text').entries()) {
    writeThoughtPart(text, `${keyOf(event)} ${part}`, draft)
  }
}

function finish(event: JsonObject, draft: Draft): void {
  const response = toJsonObject(event['response'])
  const status = event['type'] === 'response.incomplete' ? 'incomplete' : response['status']
  const reason = toFinishReason({...response, status}, draft.calls.size > 0)
  writeChoice({}, reason, draft)
  const usage = draft.options.includeUsage ? toChatUsage(response) : undefined
  if (usage) writeChunk({choices: [], usage}, draft)
}

/** What events of one item have in common: its place, or its id where they do not say. */
function keyOf({output_index: index, item_id: itemId, item}: JsonObject): Key | undefined {
  return [index, itemId, toJsonObject(item)['id']].find(isKey)
}

function isKey(value: unknown): value is Key {
  return typeof value === 'number' || typeof value === 'string'
}

function textOf(delta: unknown): string {
  return typeof delta === 'string' ? delta : ''
}
