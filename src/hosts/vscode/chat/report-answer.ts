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
} from '../../../base/json-object.ts'
import type {Answer} from '../../../responses/answer/answer.ts'
import {
  createOutputCollector,
  type OutputCollector,
} from '../../../responses/answer/output-collector.ts'
import {readEvents} from '../../../responses/answer/read-events.ts'
import {toMessageText, type Output} from './answer-memory.ts'
import {createPartPacer, type PartPacer} from './part-pacer.ts'
import {toAnswerEnd, type AnswerEnd} from './to-answer-end.ts'
import type {ChatParts} from '../vscode-api.ts'

/** Whom an answer is told. */
export interface ReportOptions {
  readonly parts: ChatParts
  readonly progress: vscode.Progress<vscode.LanguageModelResponsePart>
  /** Told once what the model wrote, also when the answer did not end well. */
  readonly remember: (output: Output) => void
}

/** Between two thoughts of one answer. */
const BETWEEN_THOUGHTS = '\n\n'

/**
 * Reports texts and thoughts as they come, and each tool call once it is whole.
 *
 * @throws {BackendResponseError} It was cut off in the middle of a call, which was not reported.
 * @throws {CodexError} The answer did not end well; what came before was reported.
 */
export async function reportAnswer(
  answer: Pick<Answer, 'pull' | 'result'>,
  options: ReportOptions,
): Promise<AnswerEnd> {
  const draft: Draft = {
    ...options,
    pacer: createPartPacer(options),
    items: createOutputCollector(),
    begun: new Map(),
    texts: new Map(),
    thoughts: new Set(),
    cutCalls: [],
  }
  try {
    await readEvents(answer, {
      wants: (type) => HANDLERS.has(type),
      onEvent: (event) => HANDLERS.get(event.type)?.(event.read(), draft),
    })
    completeRest(answer.result(), draft)
  } finally {
    draft.pacer.flush()
    options.remember(toOutput(draft))
  }
  return toAnswerEnd(answer.result(), draft)
}

/** An answer while it is reported. Each map is by the index of an item. */
interface Draft extends ReportOptions {
  readonly pacer: PartPacer
  /** What is finished. */
  readonly items: OutputCollector
  /** What has begun, and is not finished. */
  readonly begun: Map<unknown, JsonObject>
  /** What was reported of messages. */
  readonly texts: Map<unknown, string>
  /** Items of whose thoughts something was reported. */
  readonly thoughts: Set<unknown>
  /** Names of tools whose calls were cut off. */
  readonly cutCalls: string[]
  /** Which part of the thoughts was reported last. */
  lastThought?: string
}

type Handler = (event: JsonObject, draft: Draft) => void

const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ['response.output_text.delta', reportText],
  ['response.output_text.done', completeText],
  ['response.refusal.delta', reportText],
  ['response.refusal.done', completeText],
  ['response.reasoning_summary_text.delta', reportThought],
  ['response.reasoning_text.delta', reportThought],
  ['response.function_call_arguments.done', completeArguments],
  [
    'response.output_item.added',
    ({item, output_index: index}, {begun}) => {
      begun.set(index, toJsonObject(item))
    },
  ],
  ['response.output_item.done', completeItem],
])

function reportText({delta, output_index: index}: JsonObject, {texts, pacer}: Draft): void {
  if (typeof delta !== 'string') return
  texts.set(index, (texts.get(index) ?? '') + delta)
  pacer.addText({kind: 'text', text: delta})
}

/** A text that had no deltas. */
function completeText({output_index: index, text, refusal}: JsonObject, draft: Draft): void {
  if (!draft.texts.has(index)) reportText({output_index: index, delta: text ?? refusal}, draft)
}

function reportThought(event: JsonObject, draft: Draft): void {
  const {delta, item_id: id, output_index: index, summary_index: part = 0} = event
  if (typeof delta !== 'string') return
  draft.thoughts.add(index)
  const thought = `${String(index)} ${String(part)}`
  const isNext = draft.lastThought !== undefined && draft.lastThought !== thought
  draft.lastThought = thought
  const text = isNext ? BETWEEN_THOUGHTS + delta : delta
  draft.pacer.addText({kind: 'thought', text, id: toText(id)})
}

/** For a call that is not finished by an event of its own. */
function completeArguments({output_index: index, arguments: written}: JsonObject, draft: Draft) {
  const call = draft.begun.get(index)
  if (call) draft.begun.set(index, {...call, arguments: written, status: 'completed'})
}

function completeItem(event: JsonObject, draft: Draft): void {
  const {item: given, output_index: index} = event
  const item = toJsonObject(given)
  draft.begun.delete(index)
  if (item['type'] === 'reasoning') {
    if (!draft.thoughts.has(index)) reportSummary(item, event, draft)
    endThought(item, draft)
  } else if (item['type'] === 'message') {
    reportRest(item, event, draft)
  } else if (item['type'] !== 'function_call' || !reportCall(item, draft)) {
    return
  }
  draft.items.add(event)
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

/** What of a message had no deltas: usually nothing. */
function reportRest(item: JsonObject, {output_index: index}: JsonObject, draft: Draft): void {
  const known = draft.texts.get(index) ?? ''
  const text = toMessageText(item)
  if (text.length <= known.length || !text.startsWith(known)) return
  reportText({output_index: index, delta: text.slice(known.length)}, draft)
}

/** @returns Whether it was reported: a call that was cut off would do something else than was meant. */
function reportCall(item: JsonObject, {cutCalls, pacer, parts}: Draft): boolean {
  const callId = toText(item['call_id'])
  const name = toText(item['name'])
  if (callId === undefined || name === undefined) return false
  const input = parseJson(toText(item['arguments']) ?? '{}')
  if (input === undefined || item['status'] === 'incomplete') {
    cutCalls.push(name)
    return false
  }
  // Arguments that are no object fail the tool's own check, which the model is told.
  pacer.add(new parts.LanguageModelToolCallPart(callId, name, isJsonObject(input) ? input : {}))
  return true
}

/** What had no event of its own to finish it. */
function completeRest(result: JsonObject, draft: Draft): void {
  const finished = draft.items.list().length + draft.begun.size + draft.texts.size
  if (finished === 0 && draft.cutCalls.length === 0) {
    for (const [index, item] of toList(result['output']).entries()) {
      completeItem({item, output_index: index}, draft)
    }
  }
  for (const [index, item] of draft.begun) {
    if (item['type'] !== 'function_call') continue
    const isComplete = item['status'] === 'completed'
    const status = isComplete ? {} : {status: 'incomplete'}
    completeItem({item: {...item, ...status}, output_index: index}, draft)
  }
}

/** With the beginnings of messages that nothing finished. */
function toOutput({begun, items, texts}: Draft): Output {
  for (const [index, item] of begun) {
    const text = texts.get(index)
    if (item['type'] !== 'message' || text === undefined) continue
    const content = [{type: 'output_text', text}]
    items.add({output_index: index, item: {...item, status: undefined, content}})
  }
  return items.list()
}
