/**
 * Decides what a request is answered with.
 *
 * @module
 */
import type {AcceptedRequest} from './check-responses-request.ts'
import {parsePrompt, type Directives} from './directives.ts'
import {
  itemType,
  lastUserText,
  textOf,
  type InputItem,
  type ResponsesRequest,
} from './responses-request.ts'
import {sampleJson} from './sample-json.ts'
import {findToolCalls, type ToolCall} from './tool-call.ts'

/** A message, in the pieces it is sent in. */
export interface PlannedMessage {
  readonly kind: 'message'
  readonly deltas: readonly string[]
}

/** The thread so far, in a form that only the backend can read. */
export interface PlannedCompaction {
  readonly kind: 'compaction'
}

/** A search of the web that the backend runs by itself. */
export interface PlannedSearch {
  readonly kind: 'web_search_call'
  readonly query: string
}

/** An item of an answer. */
export type PlannedItem = PlannedCompaction | PlannedMessage | PlannedSearch | ToolCall

/** What an answer consists of. */
export interface AnswerPlan {
  /** Pieces of the reasoning summary; empty without a summary; `undefined` without reasoning. */
  readonly reasoningDeltas: readonly string[] | undefined
  readonly output: readonly PlannedItem[]
  readonly directives: Directives
}

const FILLER = ['lorem', 'ipsum', 'dolor', 'sit', 'amet', 'elit', 'sed', 'nunc']
const DEFAULT_DELTA_BYTES = 8
const DEFAULT_REASONING_DELTAS = 2

/**
 * Decides what a request is answered with: the same request always gets the same answer.
 *
 * @param findWritten What was written for a prompt, in place of what is made up here. Default: nothing.
 */
export function planAnswer(
  accepted: AcceptedRequest,
  findWritten: (prompt: string) => string | undefined = () => undefined,
): AnswerPlan {
  const {request, effort} = accepted
  const {text, directives} = parsePrompt(lastUserText(request))
  return {
    reasoningDeltas: effort === 'none' ? undefined : planReasoning(request, directives),
    output: planOutput(accepted, {text, directives, written: findWritten(text)}),
    directives,
  }
}

function planReasoning({reasoning}: ResponsesRequest, directives: Directives): readonly string[] {
  const wantsSummary = Boolean(reasoning?.summary) && reasoning?.summary !== 'none'
  if (!wantsSummary) return []
  const count = directives['reasoning-deltas'] ?? DEFAULT_REASONING_DELTAS
  return Array.from({length: count}, (_, index) => (index === 0 ? '**Thinking** ' : 'about it '))
}

function planOutput(
  {request, model, effort}: AcceptedRequest,
  {
    text,
    directives,
    written,
  }: Pick<AnswerPlan, 'directives'> & {
    readonly text: string
    readonly written: string | undefined
  },
): AnswerPlan['output'] {
  const last = request.input.at(-1)
  if (last && itemType(last) === 'compaction_trigger') return [{kind: 'compaction'}]
  const outputs = trailingOutputs(request.input)
  const toolCalls = outputs.length === 0 ? findToolCalls(request, text) : []
  if (toolCalls.length > 0) return toolCalls
  if (written !== undefined) return [{kind: 'message', deltas: toWords(written)}]
  if (directives.deltas !== undefined) return [{kind: 'message', deltas: filler(directives)}]
  const speaker = `${model.slug} (${effort})`
  const said = outputs.length === 0 ? `heard: ${toQuestion(text)}` : `read: ${outputs.join(' | ')}`
  const deltas = toWords(toAnswerText(request, `${speaker} ${said}`))
  return [...findSearch(request, text), {kind: 'message', deltas}]
}

/** What a prompt wants to be searched for, when the request lets the backend do so. */
function findSearch({tools}: ResponsesRequest, text: string): readonly PlannedSearch[] {
  if (!tools?.some(({type}) => type === 'web_search')) return []
  const [, query] =
    /\b(?:web search|search the web) for(?: the query)?:?[ \t]+(.+)/i.exec(text) ?? []
  return query === undefined ? [] : [{kind: 'web_search_call', query}]
}

/** Editors put each part of a prompt between tags; what the user wrote is the last of them. */
function toQuestion(text: string): string {
  const [, , question] = /<([a-z]+)>((?:(?!<\1>).)*)<\/\1>$/is.exec(text.trim()) ?? []
  return question?.trim() ?? text
}

/** The outputs at the end of the input, which are what the model has to react to. */
function trailingOutputs(input: readonly InputItem[]): string[] {
  const lastOther = input.findLastIndex((item) => !itemType(item).endsWith('_output'))
  return input.slice(lastOther + 1).map(({output}) => textOf(output))
}

/** A client that asked for JSON by a schema gets JSON by that schema. */
function toAnswerText({text}: ResponsesRequest, plain: string): string {
  if (text?.format?.type !== 'json_schema') return plain
  return JSON.stringify(sampleJson(text.format['schema']))
}

function toWords(text: string): string[] {
  return text.split(/(?<=\S)(?=\s)/)
}

function filler(directives: Directives): string[] {
  const bytes = directives['delta-bytes'] ?? DEFAULT_DELTA_BYTES
  const pieces = FILLER.map((word) => `${word} `.repeat(Math.ceil(bytes / 3)).slice(0, bytes))
  return Array.from({length: directives.deltas ?? 0}, (_, index) => pieces[index % pieces.length]!)
}
