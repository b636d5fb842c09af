/**
 * How an answer of the Messages API ended, and what it used.
 *
 * @module
 */
import {toJsonObject, toNumber, type JsonObject} from '../../../base/json-object.ts'

/** Why an answer is over. */
export type StopReason = 'end_turn' | 'max_tokens' | 'refusal' | 'stop_sequence' | 'tool_use'

/** Why this response is over. One that was cut short is never said to have come to its end. */
export function toStopReason(response: JsonObject, hasCalls: boolean): StopReason {
  const {status, incomplete_details: details} = response
  if (status === 'incomplete') {
    return toJsonObject(details)['reason'] === 'content_filter' ? 'refusal' : 'max_tokens'
  }
  return hasCalls ? 'tool_use' : 'end_turn'
}

/** The tokens that were used. In this API those from the cache are no part of the input. */
export function toMessageUsage(response: JsonObject, webSearches = 0): JsonObject {
  const usage = toJsonObject(response['usage'])
  const input = toNumber(usage['input_tokens']) ?? 0
  const cached = toNumber(toJsonObject(usage['input_tokens_details'])['cached_tokens']) ?? 0
  return {
    input_tokens: Math.max(0, input - cached),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    output_tokens: toNumber(usage['output_tokens']) ?? 0,
    ...(webSearches > 0 && {server_tool_use: {web_search_requests: webSearches}}),
  }
}
