/**
 * An answer of the Responses API as parts of the editor's chat.
 *
 * @module
 */
import type * as vscode from 'vscode'
import {isJsonObject, parseJson, toText, type JsonObject} from '../../../base/json-object.ts'
import type {Answer} from '../../../responses/answer/answer.ts'
import {createAnswerDraft, isDrafted} from '../../../responses/answer/answer-draft.ts'
import type {DraftItem, DraftText} from '../../../responses/answer/draft-item.ts'
import {readEvents} from '../../../responses/answer/read-events.ts'
import {toMessageText, type Output} from './answer-memory.ts'
import {createPartPacer, type PartPacer} from './part-pacer.ts'
import {findCutReason, toAnswerEnd, type AnswerEnd} from './to-answer-end.ts'
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
 * Reports texts and thoughts as they come, and each tool call once it is whole. Whichever events carry an item,
 * it is reported and remembered once.
 *
 * @throws {BackendResponseError} It was cut off in the middle of a call, which was not reported.
 * @throws {CodexError} The answer did not end well; what came before was reported.
 */
export async function reportAnswer(
  answer: Pick<Answer, 'pull' | 'result'>,
  options: ReportOptions,
): Promise<AnswerEnd> {
  const {parts, remember} = options
  const pacer = createPartPacer(options)
  const report = new Report(parts, pacer)
  const draft = createAnswerDraft(report)
  let output: Output = []
  try {
    await readEvents(answer, {
      wants: isDrafted,
      onEvent: (event) => draft.take(event.read()),
    })
    report.finish(draft.drafts(), {isCut: findCutReason(answer.result()) !== undefined})
  } finally {
    pacer.flush()
    output = draft
      .drafts()
      .map((item) => report.toRemember(item))
      .filter((item) => item !== undefined)
    remember(output)
  }
  return toAnswerEnd(answer.result(), {parts, pacer, output, cutCalls: report.cutCalls})
}

/** An answer while it is reported. */
class Report {
  /** Names of tools whose calls were cut off. */
  readonly cutCalls: string[] = []
  readonly #parts: ChatParts
  readonly #pacer: PartPacer
  /** Calls and thoughts that were reported to their end. */
  readonly #reported = new Set<DraftItem>()
  /** Which part of the thoughts was reported last. */
  #lastThought: DraftText | undefined

  constructor(parts: ChatParts, pacer: PartPacer) {
    this.#parts = parts
    this.#pacer = pacer
  }

  onText(more: string, text: DraftText): void {
    if (text.kind === 'output_text' || text.kind === 'refusal') {
      this.#pacer.addText({kind: 'text', text: more})
    } else if (text.kind === 'summary_text' || text.kind === 'reasoning_text') {
      const isNext = this.#lastThought !== undefined && this.#lastThought !== text
      this.#lastThought = text
      const thought = isNext ? BETWEEN_THOUGHTS + more : more
      this.#pacer.addText({kind: 'thought', text: thought, id: text.item.id})
    }
  }

  onItem(item: DraftItem): void {
    if (item.isDone) this.#complete(item, item.build())
  }

  /** What had no event of its own to finish it is finished with the answer, if that was not cut off. */
  finish(items: readonly DraftItem[], {isCut}: {readonly isCut: boolean}): void {
    for (const item of items) {
      if (item.isDone) continue
      const isWhole = item.type !== 'function_call' || hasArguments(item, isCut)
      const status = isWhole ? {} : {status: 'incomplete'}
      this.#complete(item, {...item.build(), ...status})
    }
  }

  /** The item, unless it is one that the next turn cannot use. */
  toRemember(item: DraftItem): JsonObject | undefined {
    const built = item.build()
    if (!built || !this.#isUsable(item, built)) return undefined
    return item.isDone ? built : {...built, status: undefined}
  }

  #isUsable(item: DraftItem, built: JsonObject): boolean {
    if (item.type === 'function_call') return this.#reported.has(item)
    if (item.type === 'reasoning') return item.isDone || built['encrypted_content'] !== undefined
    return item.type === 'message' && (item.isDone || toMessageText(built) !== '')
  }

  #complete(item: DraftItem, built: JsonObject | undefined): void {
    if (!built || this.#reported.has(item)) return
    if (item.type === 'reasoning') this.#endThought(item)
    else if (item.type !== 'function_call' || !this.#reportCall(built)) return
    this.#reported.add(item)
  }

  /** Without it, the editor would go on to show the thinking as if it went on. */
  #endThought({id}: DraftItem): void {
    const {LanguageModelThinkingPart: Part} = this.#parts
    if (Part) this.#pacer.add(new Part('', id, {vscode_reasoning_done: true}))
  }

  /** @returns Whether it was reported: a call that was cut off would do something else than was meant. */
  #reportCall(item: JsonObject): boolean {
    const callId = toText(item['call_id'])
    const name = toText(item['name'])
    if (callId === undefined || name === undefined) return false
    const input = parseJson(toText(item['arguments']) ?? '{}')
    if (input === undefined || item['status'] === 'incomplete') {
      this.cutCalls.push(name)
      return false
    }
    // Arguments that are no object fail the tool's own check, which the model is told.
    const {LanguageModelToolCallPart: Call} = this.#parts
    this.#pacer.add(new Call(callId, name, isJsonObject(input) ? input : {}))
    return true
  }
}

/** Whether all of the arguments of a call have come that no event has finished. */
function hasArguments(item: DraftItem, isCut: boolean): boolean {
  const {isWhole, text} = item.text('arguments')
  return isWhole || (!isCut && text !== '')
}
