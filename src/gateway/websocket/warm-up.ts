/**
 * The answer to a warm-up: a whole response without a word. The first turn goes on from it.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import type {JsonObject} from '../../base/json-object.ts'

/** What a warm-up is answered with. */
export interface WarmUp {
  /** Of the response. */
  readonly id: string
  readonly events: readonly JsonObject[]
}

const NOTHING_USED = {
  input_tokens: 0,
  input_tokens_details: {cached_tokens: 0},
  output_tokens: 0,
  output_tokens_details: {reasoning_tokens: 0},
  total_tokens: 0,
}

/** Makes the answer. A client takes it for a response like any other, so nothing of one is missing. */
export function createWarmUp(fields: JsonObject, nowMs: number): WarmUp {
  const id = `resp_${randomUUID().replaceAll('-', '')}`
  const response = {
    id,
    object: 'response',
    created_at: Math.floor(nowMs / 1000),
    status: 'in_progress',
    error: null,
    incomplete_details: null,
    model: fields['model'] ?? null,
    output: [],
    parallel_tool_calls: fields['parallel_tool_calls'] ?? true,
    previous_response_id: null,
    store: false,
    tool_choice: fields['tool_choice'] ?? 'auto',
    tools: [],
    usage: null,
  }
  const done = {...response, status: 'completed', usage: NOTHING_USED}
  return {
    id,
    events: [
      {type: 'response.created', sequence_number: 0, response},
      {type: 'response.completed', sequence_number: 1, response: done},
    ],
  }
}
