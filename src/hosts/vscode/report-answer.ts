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
import {createPartPacer, type PartPacer} from './part-pacer.ts'
import type {ChatParts} from './vscode-api.ts'

/** Whom an answer is told. */
export interface ReportOptions {
  readonly parts: ChatParts
  readonly calls: CallMemory
  readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>
}

/** Between two thoughts of one answer. */
const BETWEEN_THOUGHTS = '\n\n'

/** What the editor calls the tokens of an answer. */
const USAGE_TYPE = 'usage'

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
  const pacer = createPartPacer(options)
  const draft: Draft = {...options, pacer, written: new Set(), thoughts: []}
  const scanner = createEventScanner((event) => {
    const handle = HANDLERS.get(event.type)
    if (handle) handle(event.read(), draft)
  })
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- in the order in which they come
      const events = await answer.read()
      if (!events) break
      scanner.push(events)
    }
    scanner.end()
  } finally {
    pacer.flush()
  }
  const {incomplete_details: details, usage} = answer.result()
  reportUsage(toJsonObject(usage), draft)
  const reason = toText(toJsonObject(details)['reason'])
  return {...(reason !== undefined && {incompleteBecause: reason})}
}

/** An answer while it is reported. */
interface Draft extends ReportOptions {
  readonly pacer: PartPacer
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
  draft.pacer.addText({kind: 'text', text: delta})
}

function reportThought(event: JsonObject, draft: Draft): void {
  const {delta, item_id: id, output_index: index, summary_index: part = 0} = event
  if (typeof delta !== 'string') return
  draft.written.add(index)
  const thought = `${String(index)} ${String(part)}`
  const isNext = draft.lastThought !== undefined && draft.lastThought !== thought
  draft.lastThought = thought
  const text = isNext ? BETWEEN_THOUGHTS + delta : delta
  draft.pacer.addText({kind: 'thought', text, id: toText(id)})
}

function completeItem(event: JsonObject, draft: Draft): void {
  const {item: given, output_index: index} = event
  const item = toJsonObject(given)
  switch (item['type']) {
    case 'reasoning':
      if (!draft.written.has(index)) reportSummary(item, event, draft)
      endThought(item, draft)
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

/** Without it, the editor would go on to show the thinking as if it went on. */
function endThought({id}: JsonObject, {parts, pacer}: Draft): void {
  const {LanguageModelThinkingPart: Part} = parts
  if (Part) pacer.add(new Part('', toText(id), {vscode_reasoning_done: true}))
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

function reportCall(item: JsonObject, {calls, pacer, parts, thoughts}: Draft): void {
  const callId = toText(item['call_id'])
  const name = toText(item['name'])
  if (callId === undefined || name === undefined) return
  calls.remember(callId, [...thoughts, item])
  const input = parseJson(toText(item['arguments']) ?? '{}')
  // Arguments that are no object fail the tool's own check, which the model is told.
  pacer.add(new parts.LanguageModelToolCallPart(callId, name, isJsonObject(input) ? input : {}))
}

/**
 * The chat shows from it how full the context is. It is the form in which the editor's own models tell
 * it, and not part of the published API; whoever else asks can leave it aside.
 */
function reportUsage(usage: JsonObject, {parts, pacer}: Draft): void {
  const {input_tokens: input, output_tokens: output, total_tokens: total} = usage
  if (typeof input !== 'number' || typeof output !== 'number') return
  const {cached_tokens: cached} = toJsonObject(usage['input_tokens_details'])
  const told = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: total ?? input + output,
    prompt_tokens_details: {cached_tokens: cached ?? 0},
  }
  pacer.add(new parts.LanguageModelDataPart(Buffer.from(JSON.stringify(told)), USAGE_TYPE))
}
