/**
 * What a streamed and a whole answer of the Chat Completions API have in common.
 *
 * @module
 */
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../../base/json-object.ts'

/** What stands between two thoughts that the model wrote one by one. */
export const BETWEEN_THOUGHTS = '\n\n'

/** What every chunk of an answer repeats. */
export interface AnswerIdentity {
  readonly id: string
  /** Seconds since the Unix epoch. */
  readonly created: number
  /** As the caller called it. */
  readonly model: string
}

/** Options of {@link toIdentity}. */
export interface IdentityOptions {
  /** As the caller called it. */
  readonly model: string
  /** When the request was made, in milliseconds since the Unix epoch: for an answer without a date. */
  readonly askedAtMs: number
}

/** Names the answer after the response that it is made of. */
export function toIdentity(
  {id, created_at: createdAt}: JsonObject,
  {model, askedAtMs}: IdentityOptions,
): AnswerIdentity {
  return {
    id: `chatcmpl-${toText(id)?.replace(/^resp_/, '') ?? askedAtMs}`,
    created: typeof createdAt === 'number' ? createdAt : Math.floor(askedAtMs / 1000),
    model,
  }
}

/** Why an answer is over. */
export type FinishReason = 'content_filter' | 'length' | 'stop' | 'tool_calls'

/** Why this response is over. One that was cut short is never said to have come to its end. */
export function toFinishReason(response: JsonObject, hasToolCalls: boolean): FinishReason {
  const {status, incomplete_details: details} = response
  if (status === 'incomplete' || isJsonObject(details)) {
    return toJsonObject(details)['reason'] === 'content_filter' ? 'content_filter' : 'length'
  }
  return hasToolCalls ? 'tool_calls' : 'stop'
}

/** The tokens that were used; `undefined` when the backend did not say. */
export function toChatUsage(response: JsonObject): JsonObject | undefined {
  const usage = toJsonObject(response['usage'])
  const input = toCount(usage['input_tokens'])
  const output = toCount(usage['output_tokens'])
  if (input === undefined || output === undefined) return undefined
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: toCount(usage['total_tokens']) ?? input + output,
    prompt_tokens_details: {
      cached_tokens: toCount(toJsonObject(usage['input_tokens_details'])['cached_tokens']) ?? 0,
    },
    completion_tokens_details: {
      reasoning_tokens:
        toCount(toJsonObject(usage['output_tokens_details'])['reasoning_tokens']) ?? 0,
    },
  }
}

function toCount(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

/** A call of a tool, in the form of this API. */
export interface ToolCall {
  readonly id: unknown
  readonly type: 'custom' | 'function'
  readonly function?: {readonly name: unknown; readonly arguments: string}
  readonly custom?: {readonly name: unknown; readonly input: string}
}

/** Converts an output item; `undefined` when it is not a call of one of the caller's tools. */
export function toToolCall(item: JsonObject): ToolCall | undefined {
  const {type, call_id: id, name, arguments: callArguments, input} = item
  if (type === 'function_call') {
    const text = typeof callArguments === 'string' ? callArguments : ''
    return {id, type: 'function', function: {name, arguments: text}}
  }
  if (type === 'custom_tool_call') {
    return {id, type: 'custom', custom: {name, input: typeof input === 'string' ? input : ''}}
  }
  return undefined
}

/** The texts of a list of parts that are of this type, in order. */
export function textsOf(parts: unknown, type: string): string[] {
  return (Array.isArray(parts) ? parts : []).map(toJsonObject).flatMap((part) => {
    const text = part['type'] === 'refusal' ? part['refusal'] : part['text']
    return part['type'] === type && typeof text === 'string' ? [text] : []
  })
}
