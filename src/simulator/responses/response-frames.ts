/**
 * Writes an answer as server-sent events.
 *
 * @module
 */
import {randomBytes} from 'node:crypto'
import type {AnswerPlan, PlannedItem} from './answer-plan.ts'
import type {ResponsesRequest} from './responses-request.ts'
import type {ToolCall} from './tool-call.ts'

/** Token counts, as the terminal event has them. */
export interface Usage {
  readonly input_tokens: number
  readonly input_tokens_details: {readonly cached_tokens: number}
  readonly output_tokens: number
  readonly output_tokens_details: {readonly reasoning_tokens: number}
  readonly total_tokens: number
}

/** What an answer is written from. */
export interface AnswerFacts {
  readonly request: ResponsesRequest
  readonly effort: string
  readonly plan: AnswerPlan
  readonly usage: Usage
  readonly createdAtSeconds: number
  /** Makes content that only this account can hand back. */
  readonly encrypt: () => string
  readonly repeatsOutput: boolean
  /** Fields of a `codex.rate_limits` event; `undefined` leaves it out. */
  readonly rateLimits: Readonly<Record<string, unknown>> | undefined
  /** Where it stands: before any output, or after half of a message. Default `first`. */
  readonly rateLimitsPlace?: 'first' | 'midway'
}

/** One event, ready for the wire: its name, its data and the empty line. */
export type Frame = string

interface FrameWriter {
  /** Any event. */
  event(type: string, fields: Readonly<Record<string, unknown>>): Frame
  /** A writer for the many deltas of one item: everything but the number and the delta is fixed. */
  deltas(type: string, fields: Readonly<Record<string, unknown>>): (delta: string) => Frame
}

const RATE_LIMITS = 'codex.rate_limits'

/** Writes an answer, event by event. */
export function* writeResponse(facts: AnswerFacts): Generator<Frame, void, undefined> {
  const writer = createFrameWriter()
  const response = toResponse(facts)
  yield writer.event('response.created', {response})
  yield writer.event('response.in_progress', {response})
  const {rateLimits, rateLimitsPlace = 'first'} = facts
  if (rateLimits && rateLimitsPlace === 'first') yield writer.event(RATE_LIMITS, rateLimits)

  const output: object[] = []
  if (facts.plan.reasoningDeltas) output.push(yield* writeReasoning(facts, writer))
  for (const item of facts.plan.output) {
    output.push(yield* writeItem(item, {writer, outputIndex: output.length}, facts))
  }

  const isIncomplete = facts.plan.directives.end === 'incomplete'
  const terminal = {
    ...response,
    status: isIncomplete ? 'incomplete' : 'completed',
    incomplete_details: isIncomplete ? {reason: 'max_output_tokens'} : null,
    output: facts.repeatsOutput ? output : [],
    usage: facts.usage,
  }
  yield writer.event(`response.${terminal.status}`, {response: terminal})
}

function* writeReasoning(
  {plan, request, encrypt}: AnswerFacts,
  writer: FrameWriter,
): Generator<Frame, object, undefined> {
  const deltas = plan.reasoningDeltas ?? []
  const place = {item_id: createId('rs'), output_index: 0, summary_index: 0}
  const started = {id: place.item_id, type: 'reasoning', summary: []}
  yield writer.event('response.output_item.added', {output_index: 0, item: started})
  const part = {type: 'summary_text', text: deltas.join('')}
  if (deltas.length > 0) {
    const empty = {...part, text: ''}
    yield writer.event('response.reasoning_summary_part.added', {...place, part: empty})
    yield* deltas.map(writer.deltas('response.reasoning_summary_text.delta', place))
    yield writer.event('response.reasoning_summary_text.done', {...place, text: part.text})
    yield writer.event('response.reasoning_summary_part.done', {...place, part})
  }
  const isWanted = request.include?.includes('reasoning.encrypted_content')
  const item = {
    ...started,
    summary: deltas.length > 0 ? [part] : [],
    ...(isWanted && {encrypted_content: encrypt()}),
  }
  yield writer.event('response.output_item.done', {output_index: 0, item})
  return item
}

interface Place {
  readonly writer: FrameWriter
  readonly outputIndex: number
}

function* writeItem(
  planned: PlannedItem,
  place: Place,
  facts: AnswerFacts,
): Generator<Frame, object, undefined> {
  if (planned.kind === 'message') return yield* writeMessage(planned.deltas, place, facts)
  if (planned.kind === 'web_search_call') return yield* writeSearch(planned.query, place)
  if (planned.kind !== 'compaction') return yield* writeToolCall(planned, place)
  const item = {id: createId('cmp'), type: 'compaction', encrypted_content: facts.encrypt()}
  yield place.writer.event('response.output_item.added', {output_index: place.outputIndex, item})
  yield place.writer.event('response.output_item.done', {output_index: place.outputIndex, item})
  return item
}

function* writeSearch(
  query: string,
  {writer, outputIndex}: Place,
): Generator<Frame, object, undefined> {
  const started = {id: createId('ws'), type: 'web_search_call', status: 'in_progress'}
  const place = {item_id: started.id, output_index: outputIndex}
  yield writer.event('response.output_item.added', {output_index: outputIndex, item: started})
  for (const step of ['in_progress', 'searching', 'completed']) {
    yield writer.event(`response.web_search_call.${step}`, place)
  }
  const sources = [{type: 'url', url: `https://example.com/?q=${encodeURIComponent(query)}`}]
  const action = {type: 'search', query, sources}
  const item = {...started, status: 'completed', action}
  yield writer.event('response.output_item.done', {output_index: outputIndex, item})
  return item
}

function* writeMessage(
  deltas: readonly string[],
  {writer, outputIndex}: Place,
  {rateLimits, rateLimitsPlace}: Pick<AnswerFacts, 'rateLimits' | 'rateLimitsPlace'>,
): Generator<Frame, object, undefined> {
  const id = createId('msg')
  const place = {item_id: id, output_index: outputIndex, content_index: 0}
  const started = {id, type: 'message', status: 'in_progress', role: 'assistant', content: []}
  yield writer.event('response.output_item.added', {output_index: outputIndex, item: started})
  const part = {type: 'output_text', text: '', annotations: [], logprobs: []}
  yield writer.event('response.content_part.added', {...place, part})
  const toFrame = writer.deltas('response.output_text.delta', {...place, logprobs: []})
  const half = Math.floor(deltas.length / 2)
  for (const delta of deltas.slice(0, half)) yield toFrame(delta)
  if (rateLimits && rateLimitsPlace === 'midway') yield writer.event(RATE_LIMITS, rateLimits)
  for (const delta of deltas.slice(half)) yield toFrame(delta)
  const text = deltas.join('')
  yield writer.event('response.output_text.done', {...place, text, logprobs: []})
  yield writer.event('response.content_part.done', {...place, part: {...part, text}})
  const item = {...started, status: 'completed', content: [{...part, text}]}
  yield writer.event('response.output_item.done', {output_index: outputIndex, item})
  return item
}

function* writeToolCall(
  call: ToolCall,
  {writer, outputIndex}: Place,
): Generator<Frame, object, undefined> {
  const isCustom = call.kind === 'custom_tool_call'
  const field = isCustom ? 'input' : 'arguments'
  const family = isCustom ? 'custom_tool_call_input' : 'function_call_arguments'
  const id = createId(isCustom ? 'ctc' : 'fc')
  const started = {
    id,
    type: call.kind,
    status: 'in_progress',
    call_id: createId('call'),
    name: call.name,
    ...(call.namespace !== undefined && {namespace: call.namespace}),
    [field]: '',
  }
  yield writer.event('response.output_item.added', {output_index: outputIndex, item: started})
  const place = {item_id: id, output_index: outputIndex}
  yield* (call.input.match(/[^]{1,12}/g) ?? []).map(
    writer.deltas(`response.${family}.delta`, place),
  )
  yield writer.event(`response.${family}.done`, {...place, [field]: call.input})
  const item = {...started, status: 'completed', [field]: call.input}
  yield writer.event('response.output_item.done', {output_index: outputIndex, item})
  return item
}

function createFrameWriter(): FrameWriter {
  let sequenceNumber = 0
  const next = () => sequenceNumber++
  return {
    event: (type, fields) => {
      const data = {type, sequence_number: next(), ...fields}
      return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
    },
    deltas: (type, fields) => {
      const start = `event: ${type}\ndata: {"type":"${type}","sequence_number":`
      const middle = `,${JSON.stringify(fields).slice(1, -1)},"delta":`
      return (delta) => `${start}${next()}${middle}${JSON.stringify(delta)}}\n\n`
    },
  }
}

function toResponse({request, effort, createdAtSeconds}: AnswerFacts): Record<string, unknown> {
  return {
    id: createId('resp'),
    object: 'response',
    created_at: createdAtSeconds,
    status: 'in_progress',
    background: false,
    error: null,
    incomplete_details: null,
    instructions: request.instructions ?? null,
    max_output_tokens: null,
    model: request.model,
    output: [],
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    previous_response_id: null,
    prompt_cache_key: request.prompt_cache_key ?? null,
    reasoning: {effort, summary: request.reasoning?.summary ?? null},
    service_tier: request.service_tier ?? 'auto',
    store: false,
    text: request.text ?? {format: {type: 'text'}},
    tool_choice: request.tool_choice ?? 'auto',
    tools: request.tools ?? [],
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
  }
}

function createId(prefix: string): string {
  return `${prefix}_${randomBytes(24).toString('hex')}`
}
