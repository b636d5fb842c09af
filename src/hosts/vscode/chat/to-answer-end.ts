/**
 * How an answer ended.
 *
 * @module
 */
import {toJsonObject, toNumber, toText, type JsonObject} from '../../../base/json-object.ts'
import {BackendResponseError} from '../../../errors.ts'
import type {ChatParts} from '../vscode-api.ts'
import type {AnswerTokens} from '../history/token-history.ts'
import type {Output} from './answer-memory.ts'
import type {PartPacer} from './part-pacer.ts'

/** What the editor calls the tokens of an answer. */
const USAGE_TYPE = 'usage'

/** How an answer ended. */
export interface AnswerEnd {
  /** For example `max_output_tokens` or `content_filter`; absent when it is complete. */
  readonly incompleteBecause?: string
  /** Whether there was neither a word nor a call. */
  readonly isEmpty: boolean
  /** How many tokens were read and written, where the backend said so. */
  readonly tokens?: Pick<AnswerTokens, 'cached' | 'input' | 'output'>
}

/** What was reported of an answer. */
export interface ReportedAnswer {
  readonly parts: ChatParts
  readonly pacer: PartPacer
  /** What the model wrote, without calls that were cut off. */
  readonly output: Output
  /** Names of tools whose calls were cut off. */
  readonly cutCalls: readonly string[]
}

/**
 * Reports how many tokens an answer took, and says how it ended.
 *
 * @param result The answer as the backend sums it up.
 * @throws {BackendResponseError} It was cut off in the middle of a call, which was not reported.
 */
export function toAnswerEnd(result: JsonObject, reported: ReportedAnswer): AnswerEnd {
  const tokens = reportUsage(toJsonObject(result['usage']), reported)
  const reason = findCutReason(result)
  const [name] = reported.cutCalls
  if (name !== undefined && reason !== 'content_filter') {
    throw new BackendResponseError(
      `The answer was cut off in the middle of a call to ${name}, so the tool was not run. Ask to go on in smaller steps.`,
      {refusal: {status: 200, code: reason ?? 'incomplete_tool_call'}},
    )
  }
  const isEmpty = !reported.output.some(isAnswering)
  return {
    ...(reason !== undefined && {incompleteBecause: reason}),
    isEmpty,
    ...(tokens && {tokens}),
  }
}

/** Why an answer is not complete, for example `max_output_tokens`; `undefined` when it is. */
export function findCutReason(result: JsonObject): string | undefined {
  return toText(toJsonObject(result['incomplete_details'])['reason'])
}

function isAnswering({type}: JsonObject): boolean {
  return type !== 'reasoning'
}

/**
 * The chat shows from it how full the context is. It is the form in which the editor's own models tell
 * it, and not part of the published API; whoever else asks can leave it aside.
 */
function reportUsage(usage: JsonObject, {parts, pacer}: ReportedAnswer): AnswerEnd['tokens'] {
  const {input_tokens: input, output_tokens: output, total_tokens: total} = usage
  if (typeof input !== 'number' || typeof output !== 'number') return undefined
  const cached = toNumber(toJsonObject(usage['input_tokens_details'])['cached_tokens']) ?? 0
  const told = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: total ?? input + output,
    prompt_tokens_details: {cached_tokens: cached},
  }
  pacer.add(new parts.LanguageModelDataPart(Buffer.from(JSON.stringify(told)), USAGE_TYPE))
  return {input, cached, output}
}
