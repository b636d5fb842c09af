/**
 * Events of the Responses API as chunks of the Chat Completions API.
 *
 * Summaries of the reasoning become `reasoning_content`, which is not OpenAI's field: it is the one
 * that clients of compatible servers read.
 *
 * @module
 * @see {@link https://platform.openai.com/docs/api-reference/chat/streaming}
 */
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'
import {createAnswerDraft, isDrafted} from '../../responses/answer/answer-draft.ts'
import {isResult} from '../../responses/answer/answer-end.ts'
import type {DraftItem, DraftText} from '../../responses/answer/draft-item.ts'
import {
  BETWEEN_THOUGHTS,
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

/** An answer while it is written. */
interface Written {
  readonly options: ChunkWriterOptions
  readonly write: (chunk: JsonObject) => void
  /** Places of the calls among the calls. */
  readonly calls: Map<DraftItem, number>
  identity?: AnswerIdentity
  hasRole: boolean
  /** Which part of the reasoning was written last. */
  thought?: DraftText
}

/** Events that say what the answer is called. */
const IDENTITIES = new Set(['response.created', 'response.in_progress'])

/** Whether an event of this type becomes part of the answer; another one need not be read. */
export function isWritten(type: string): boolean {
  return isDrafted(type) || IDENTITIES.has(type)
}

/** Creates the listener that turns the events of one answer into chunks, and gives them to `write`. */
export function createChunkWriter(
  write: (chunk: JsonObject) => void,
  options: ChunkWriterOptions,
): (event: JsonObject) => void {
  const written: Written = {options, write, calls: new Map(), hasRole: false}
  const draft = createAnswerDraft({
    onText: (more, text) => writeText(more, text, written),
    onItem: (item) => startCall(item, written),
  })
  return (event) => {
    const type = String(event['type'])
    if (IDENTITIES.has(type))
      written.identity ??= toIdentity(toJsonObject(event['response']), options)
    draft.take(event)
    if (isResult(type)) finish(event, written)
  }
}

function writeChunk(fields: JsonObject, written: Written): void {
  written.identity ??= toIdentity({}, written.options)
  const {id, ...rest} = written.identity
  written.write({id, object: 'chat.completion.chunk', ...rest, ...fields})
}

function writeDelta(delta: JsonObject, written: Written): void {
  if (!written.hasRole) writeChoice({role: 'assistant', content: ''}, null, written)
  written.hasRole = true
  writeChoice(delta, null, written)
}

function writeChoice(delta: JsonObject, finishReason: FinishReason | null, written: Written): void {
  writeChunk({choices: [{index: 0, delta, finish_reason: finishReason}]}, written)
}

function writeText(more: string, text: DraftText, written: Written): void {
  switch (text.kind) {
    case 'output_text':
      writeDelta({content: more}, written)
      break
    case 'refusal':
      writeDelta({refusal: more}, written)
      break
    case 'summary_text':
    case 'reasoning_text':
      writeThought(more, text, written)
      break
    case 'arguments':
    case 'input':
      continueCall(more, text, written)
      break
    case 'code':
  }
}

function writeThought(more: string, text: DraftText, written: Written): void {
  const isNext = written.thought !== undefined && written.thought !== text
  written.thought = text
  writeDelta({reasoning_content: isNext ? BETWEEN_THOUGHTS + more : more}, written)
}

/** A tool call is announced with its name, and with what is known of its arguments; the rest follows. */
function startCall(item: DraftItem, written: Written): void {
  const call = toToolCall(item.build() ?? {})
  if (!call || written.calls.has(item)) return
  const index = written.calls.size
  written.calls.set(item, index)
  writeDelta({tool_calls: [{index, ...call}]}, written)
}

/** A call that was not announced is written whole, once its name is known. */
function continueCall(more: string, {item, kind}: DraftText, written: Written): void {
  const index = written.calls.get(item)
  if (index === undefined) return
  const call = kind === 'input' ? {custom: {input: more}} : {function: {arguments: more}}
  writeDelta({tool_calls: [{index, ...call}]}, written)
}

function finish(event: JsonObject, written: Written): void {
  const response = toJsonObject(event['response'])
  const status = event['type'] === 'response.incomplete' ? 'incomplete' : response['status']
  const reason = toFinishReason({...response, status}, written.calls.size > 0)
  writeChoice({}, reason, written)
  const usage = written.options.includeUsage ? toChatUsage(response) : undefined
  if (usage) writeChunk({choices: [], usage}, written)
}
