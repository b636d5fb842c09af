/**
 * A request of the Messages API as one of the Responses API.
 *
 * @module
 * @see {@link https://docs.anthropic.com/en/api/messages}
 */
import {toJsonObject, toList, toText, type JsonObject} from '../../../base/json-object.ts'
import {RequestInvalidError} from '../../../errors.ts'
import type {ModelCatalogue} from '../../../models/model-info.ts'
import {namesEffort} from '../../../models/resolve-model.ts'
import {createChangeList, type RequestChange} from '../../../responses/request-change.ts'
import {readBlocks} from './content-blocks.ts'
import {toResponsesTools, toToolChoice} from './convert-tools.ts'
import {toInputItems} from './messages-to-items.ts'
import {toCodexModel} from './model-names.ts'

/** A text that one client puts in front of everything else. It changes, and would empty the cache of the backend. */
const BILLING_HEADER = /^x-anthropic-billing-header:/

/** Fields that nothing of the Responses API stands for, and why the model does not miss them. */
const DROPPED_FIELDS: ReadonlyMap<string, string> = new Map([
  ['container', 'Codex models have no containers'],
  ['context_management', 'The backend keeps the whole conversation'],
  ['mcp_servers', 'The backend asks no other servers'],
  ['temperature', 'The backend refuses it'],
  ['top_k', 'The backend refuses it'],
  ['top_p', 'The backend refuses it'],
])

/** Up to so many tokens of thinking, and the effort that comes nearest. */
const EFFORT_BY_BUDGET: readonly (readonly [number, string])[] = [
  [4096, 'low'],
  [12_288, 'medium'],
  [32_768, 'high'],
  [Infinity, 'xhigh'],
]

/** A request of the Messages API, understood. */
export interface MessagesRequest {
  /** The same for the Responses API. */
  readonly request: JsonObject
  /** As the caller calls it; the answer repeats it. */
  readonly model: string
  /** Texts that end the answer. */
  readonly stopSequences: readonly string[]
  /** What of the request was dropped. */
  readonly changes: readonly RequestChange[]
}

/** What a request is converted with. */
export interface ToRequestOptions {
  /** The session that the client says it belongs to. */
  readonly sessionId?: string | undefined
  readonly catalogue: ModelCatalogue
}

/**
 * Converts a request.
 *
 * @throws {RequestInvalidError} A field is not what the API has; the error names the place.
 */
export function toResponsesRequest(
  body: JsonObject,
  {catalogue, sessionId}: ToRequestOptions,
): MessagesRequest {
  const {changes, report} = createChangeList()
  for (const [field, reason] of DROPPED_FIELDS) {
    if (body[field] !== undefined && body[field] !== null) report(field, 'dropped', reason)
  }
  const asked = toText(body['model'])
  if (asked === undefined) throw new RequestInvalidError('`model` must name a model')
  const model = toCodexModel(asked, catalogue)
  const key = sessionId ?? readSession(body['metadata'])
  const effort = namesEffort(model, catalogue) ? undefined : toEffort(body)
  const tools = toResponsesTools(body['tools'], report)
  const tier = body['speed'] === 'fast' ? 'priority' : undefined
  return {
    request: {
      model,
      stream: body['stream'] === true,
      instructions: toInstructions(body['system']),
      input: toInputItems(body['messages'], report),
      ...(tools && {tools, ...toToolChoice(body['tool_choice'])}),
      ...(effort !== undefined && {reasoning: {effort}}),
      ...toFormat(body),
      ...(tier !== undefined && {service_tier: tier}),
      ...(key !== undefined && {prompt_cache_key: key}),
    },
    model: asked,
    stopSequences: toStopSequences(body['stop_sequences']),
    changes,
  }
}

function toStopSequences(value: unknown): readonly string[] {
  return toList(value).flatMap((sequence) => toText(sequence) ?? [])
}

function toInstructions(system: unknown): string | undefined {
  const texts = readBlocks(system, 'system')
    .map(({block}) => toText(block['text']) ?? '')
    .filter((text) => text !== '' && !BILLING_HEADER.test(text))
  return texts.length > 0 ? texts.join('\n\n') : undefined
}

function toEffort({thinking, output_config: output}: JsonObject): string | undefined {
  const {type, budget_tokens: budget} = toJsonObject(thinking)
  if (type === 'disabled') return 'low'
  const effort = toText(toJsonObject(output)['effort'])
  if (effort !== undefined) return effort
  if (typeof budget !== 'number') return undefined
  return EFFORT_BY_BUDGET.find(([most]) => budget <= most)?.[1]
}

/** The newer field, and the one of before. */
function toFormat({output_config: output, output_format: earlier}: JsonObject): JsonObject {
  const {type, schema} = toJsonObject(toJsonObject(output)['format'] ?? earlier)
  if (type !== 'json_schema') return {}
  return {text: {format: {type, name: 'answer', schema, strict: true}}}
}

/** One client writes an object into a text here. */
function readSession(metadata: unknown): string | undefined {
  const {user_id: user} = toJsonObject(metadata)
  return /"session_id":"([\w-]{1,64})"/.exec(toText(user) ?? '')?.[1]
}
