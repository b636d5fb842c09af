/**
 * Tool calls and their outputs, in pairs. The backend refuses a history in which one is missing.
 *
 * @module
 */
import type {Item} from './item-memory.ts'

/** What the official client answers in place of a tool that was interrupted. */
const ABORTED = 'aborted'

/**
 * Completes `items` so that every call has an output and every output a call. A call without one is
 * answered with `aborted`; an output without one becomes a message, so that the model still reads it.
 *
 * @param onChange Told the name of each change.
 * @returns `items` itself when nothing was missing.
 */
export function pairToolCalls(
  items: readonly Item[],
  onChange: (change: string) => void,
): readonly Item[] {
  const calls = new Set<unknown>()
  const outputs = new Set<unknown>()
  for (const item of items) {
    if (isOutput(item)) outputs.add(item['call_id'])
    else if (isCall(item)) calls.add(item['call_id'])
  }
  if (calls.size === outputs.size && [...calls].every((id) => outputs.has(id))) return items

  return items.flatMap((item) => {
    if (isOutput(item) && !calls.has(item['call_id'])) {
      onChange('input: tool output without its call became a message')
      return [toMessage(item)]
    }
    if (isCall(item) && !outputs.has(item['call_id'])) {
      onChange('input: tool call without an output was answered with "aborted"')
      return [item, toAbortedOutput(item)]
    }
    return [item]
  })
}

/** Built-in calls such as `web_search_call` have no `call_id`: the backend answered them itself. */
function isCall(item: Item): boolean {
  return typeof item['call_id'] === 'string' && String(item['type']).endsWith('_call')
}

function isOutput(item: Item): boolean {
  return typeof item['call_id'] === 'string' && String(item['type']).endsWith('_output')
}

function toAbortedOutput(call: Item): Item {
  const {type, call_id: callId} = call
  if (type === 'tool_search_call') return {type: 'tool_search_output', call_id: callId, tools: []}
  return {type: `${String(type)}_output`, call_id: callId, output: ABORTED}
}

function toMessage({call_id: callId, output}: Item): Item {
  const heading = {type: 'input_text', text: `Output of tool call ${String(callId)}:`}
  const content = Array.isArray(output)
    ? [heading, ...(output as unknown[])]
    : [heading, {type: 'input_text', text: toOutputText(output)}]
  return {type: 'message', role: 'user', content}
}

function toOutputText(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output ?? null)
}
