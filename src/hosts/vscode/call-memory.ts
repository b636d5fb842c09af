/**
 * What came with a tool call.
 *
 * A model thinks, then calls a tool, and goes on best when it gets its thoughts back with the result.
 * The editor's messages have no place for them, so they are kept here, under the id of the call.
 *
 * @module
 */
import type {JsonObject} from '../../http/json-object.ts'

/** Calls that are remembered. A long agent session makes a few hundred. */
const MAX_CALLS = 1000

/** Items of an answer, by the tool calls among them. */
export interface CallMemory {
  /** @param items The call, and what the model thought before it, in the order of the answer. */
  remember(callId: string, items: readonly JsonObject[]): void
  recall(callId: string): readonly JsonObject[] | undefined
}

/** Creates a memory that lives as long as the window. */
export function createCallMemory(maxCalls: number = MAX_CALLS): CallMemory {
  const calls = new Map<string, readonly JsonObject[]>()
  return {
    remember(callId, items) {
      calls.delete(callId)
      calls.set(callId, items)
      const [oldest] = calls.keys()
      if (calls.size > maxCalls && oldest !== undefined) calls.delete(oldest)
    },
    recall: (callId) => calls.get(callId),
  }
}
