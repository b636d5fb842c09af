/**
 * An answer of the Responses API as parts of the editor's chat.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {
  isJsonObject,
  parseJson,
  toJsonObject,
  toList,
  toText,
  type JsonObject,
} from '../../http/json-object.ts'
import {createEventScanner} from '../../responses/answer/event-scanner.ts'
import type {Answer} from '../../responses/answer/open-answer.ts'
import type {CallMemory} from './call-memory.ts'
import type {ChatParts} from './vscode-api.ts'

/** Whom an answer is told. */
export interface ReportOptions {
  readonly parts: ChatParts
  readonly calls: CallMemory
  readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>
}

/** Between two thoughts of one answer. */
const BETWEEN_THOUGHTS = '\n\n'

/** How an answer ended. */
export interface AnswerEnd {
  /** For example `max_output_tokens` or `content_filter`; absent when it is complete. */
  readonly incompleteBecause?: string
}

/**
 * Reports texts and thoughts as they come, and each tool call once it is whole.
 *
 * @throws {CodexError} The answer did not end well; what came before was reported.
 */
export async function reportAnswer(answer: Answer, options: ReportOptions): Promise<AnswerEnd> {
  const draft: Draft = {...options, written: new Set(), thoughts: []}
  const scanner = createEventScanner((event) => {
    const handle = HANDLERS.get(event.type)
    if (handle) handle(event.read(), draft)
  })
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- in the order in which they come
    const events = await answer.read()
    if (!events) break
    scanner.push(events)
  }
  scanner.end()
  const {incomplete_details: details} = answer.result()
  const reason = toText(toJsonObject(details)['reason'])
  return {...(reason !== undefined && {incompleteBecause: reason})}
}

/** An answer while it is reported. */
interface Draft extends ReportOptions {
  /** Items of which something was reported. */
  readonly written: Set<unknown>
  /** What the model thought since its last message, in the form in which it can read it again. */
  thoughts: JsonObject[]
  /** Which part of the thoughts was reported last. */
  lastThought?: string
}

type Handler = (event: JsonObject, draft: Draft) => void

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['response.output_text.delta', reportText],
  ['response.refusal.delta', reportText],
  ['response.reasoning_summary_text.delta', reportThought],
  ['response.reasoning_text.delta', reportThought],
  ['response.output_item.done', completeItem],
])

function reportText({delta, output_index: index}: JsonObject, draft: Draft): void {
  if (typeof delta !== 'string') return
  draft.written.add(index)
  draft.progress.report(new draft.parts.LanguageModelTextPart(delta))
}

function reportThought(event: JsonObject, draft: Draft): void {
  const {delta, item_id: id, output_index: index, summary_index: part = 0} = event
  if (typeof delta !== 'string') return
  draft.written.add(index)
  const thought = `${String(index)} ${String(part)}`
  const isNext = draft.lastThought !== undefined && draft.lastThought !== thought
  draft.lastThought = thought
  reportThinking(isNext ? BETWEEN_THOUGHTS + delta : delta, {id: toText(id)}, draft)
}

/** An editor that has no part for thoughts does not show them. */
function reportThinking(
  text: string,
  {id, metadata}: {readonly id: string | undefined; readonly metadata?: JsonObject},
  {parts, progress}: Draft,
): void {
  const {LanguageModelThinkingPart: Part} = parts
  if (Part) progress.report(new Part(text, id, metadata))
}

function completeItem(event: JsonObject, draft: Draft): void {
  const {item: given, output_index: index} = event
  const item = toJsonObject(given)
  switch (item['type']) {
    case 'reasoning':
      if (!draft.written.has(index)) reportSummary(item, event, draft)
      // Without it, the editor would go on to show the thinking as if it went on.
      reportThinking('', {id: toText(item['id']), metadata: {vscode_reasoning_done: true}}, draft)
      draft.thoughts.push(item)
      break
    case 'function_call':
      reportCall(item, draft)
      break
    case 'message':
      if (!draft.written.has(index)) reportMessage(item, event, draft)
      draft.thoughts = []
      break
    default:
  }
}

function reportSummary({id, summary}: JsonObject, event: JsonObject, draft: Draft): void {
  for (const [part, value] of toList(summary).entries()) {
    const delta = toJsonObject(value)['text']
    reportThought({...event, item_id: id, summary_index: part, delta}, draft)
  }
}

function reportMessage({content}: JsonObject, event: JsonObject, draft: Draft): void {
  for (const part of toList(content).map(toJsonObject)) {
    reportText({...event, delta: part['text'] ?? part['refusal']}, draft)
  }
}

function reportCall(item: JsonObject, {calls, parts, progress, thoughts}: Draft): void {
  const callId = toText(item['call_id'])
  const name = toText(item['name'])
  if (callId === undefined || name === undefined) return
  calls.remember(callId, [...thoughts, item])
  const input = parseJson(toText(item['arguments']) ?? '{}')
  // Arguments that are no object fail the tool's own check, which the model is told.
  progress.report(
    new parts.LanguageModelToolCallPart(callId, name, isJsonObject(input) ? input : {}),
  )
}
