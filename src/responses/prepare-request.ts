/**
 * From what a caller asks to what the Codex backend takes.
 *
 * @module
 */
import {RequestInvalidError} from '../errors.ts'
import {toJsonObject, toText, type JsonObject} from '../http/json-object.ts'
import {resolveModel} from '../models/resolve-model.ts'
import {deriveConversationId} from './conversation-id.ts'
import {DEFAULT_INSTRUCTIONS} from './instructions.ts'
import type {ItemMemory} from './item-memory.ts'
import {shapeInput} from './shape-input.ts'

/** What the user set once for all requests. A request that says otherwise wins. */
export interface RequestPreferences {
  /** `reasoning.summary`; `none` asks for no summary. */
  readonly reasoningSummary: 'auto' | 'concise' | 'detailed' | 'none'
  /** `text.verbosity`; absent leaves it to the model. */
  readonly textVerbosity?: 'low' | 'medium' | 'high'
  /** Replaces our own instructions. */
  readonly instructions?: string
  /** Asks for service tier `priority` where the model has it. Default: no. */
  readonly fastMode?: boolean
}

/** What the backend is asked. */
export interface PreparedRequest {
  /** The body, as JSON. */
  readonly body: string
  readonly model: string
  /** Whether the caller wants events; otherwise one JSON object. */
  readonly stream: boolean
  /** The same through a conversation; sent as prompt cache key and session id. */
  readonly conversationId: string
  /** What of the request was dropped, renamed or repaired, by name. */
  readonly changes: readonly string[]
}

/** What the backend answers; any other field makes it refuse the whole request. */
const ACCEPTED_FIELDS = new Set([
  'client_metadata',
  'include',
  'input',
  'instructions',
  'model',
  'parallel_tool_calls',
  'prompt_cache_key',
  'reasoning',
  'service_tier',
  'store',
  'stream',
  'text',
  'tool_choice',
  'tools',
])

/** Needed because nothing is stored: the next turn brings the model's reasoning back. */
const ENCRYPTED_REASONING = 'reasoning.encrypted_content'

/**
 * Converts a caller's request to one for the backend.
 *
 * @throws {RequestInvalidError} It has no model, or an input that is not one.
 */
export async function prepareRequest(
  request: JsonObject,
  {items, preferences}: {readonly items: ItemMemory; readonly preferences: RequestPreferences},
): Promise<PreparedRequest> {
  const changes = Object.keys(request)
    .filter((field) => !ACCEPTED_FIELDS.has(field))
    .map((field) => `${field} was dropped`)
  const onChange = (change: string) => void changes.push(change)
  if (typeof request['model'] !== 'string' || request['model'] === '') {
    throw new RequestInvalidError('`model` must name a model, for example gpt-5.2-codex')
  }
  const callerReasoning = toJsonObject(request['reasoning'])
  const resolved = resolveModel(request['model'], callerReasoning['effort'])
  if (resolved.clampedFrom !== undefined) {
    onChange(`reasoning.effort ${resolved.clampedFrom} became ${resolved.effort}`)
  }
  const input = shapeInput(request['input'], {items, onChange})
  const conversationId = toText(request['prompt_cache_key']) ?? (await deriveConversationId(input))
  const body = {
    model: resolved.model,
    stream: true,
    service_tier: toServiceTier(request['service_tier'], onChange),
    instructions:
      toText(request['instructions']) ?? preferences.instructions ?? DEFAULT_INSTRUCTIONS,
    input,
    tools: request['tools'],
    tool_choice: request['tool_choice'],
    parallel_tool_calls: request['parallel_tool_calls'],
    reasoning:
      resolved.effort === 'none'
        ? undefined
        : toReasoning(callerReasoning, resolved.effort, preferences),
    store: false,
    include: toInclude(request['include']),
    prompt_cache_key: conversationId,
    text: toTextOptions(request['text'], preferences),
    client_metadata: request['client_metadata'],
  }
  return {
    body: JSON.stringify(body),
    model: resolved.model,
    stream: request['stream'] === true,
    conversationId,
    changes,
  }
}

function toReasoning(
  caller: JsonObject,
  effort: string | undefined,
  preferences: RequestPreferences,
): JsonObject {
  const summary = toText(caller['summary']) ?? preferences.reasoningSummary
  return {...caller, effort, summary: summary === 'none' ? undefined : summary}
}

function toInclude(include: unknown): unknown[] {
  return [
    ...new Set([...(Array.isArray(include) ? (include as unknown[]) : []), ENCRYPTED_REASONING]),
  ]
}

function toTextOptions(text: unknown, {textVerbosity}: RequestPreferences): unknown {
  if (textVerbosity === undefined) return text
  return {verbosity: textVerbosity, ...toJsonObject(text)}
}

/** `fast` is a word of the clients for `priority`; the backend refuses any tier but these two. */
function toServiceTier(tier: unknown, onChange: (change: string) => void): unknown {
  if (tier === 'fast') return 'priority'
  if (tier === 'priority' || tier === 'flex') return tier
  if (tier !== undefined && tier !== null)
    onChange(`service_tier ${JSON.stringify(tier)} was dropped`)
  return undefined
}
