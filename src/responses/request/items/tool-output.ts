/**
 * Outputs of tools that nobody gave, and outputs that nobody asked for.
 *
 * @module
 */
import {toJsonObject} from '../../../base/json-object.ts'
import type {Item} from '../memory/item-memory.ts'

/** What the official client answers in place of a tool that was interrupted. */
const ABORTED = 'aborted'

/**
 * The output of a call that was interrupted.
 *
 * @returns `undefined` for a call whose output nobody can make up, such as a screenshot.
 */
export function toAbortedOutput({type, call_id: callId}: Item): Item | undefined {
  switch (type) {
    case 'function_call':
    case 'local_shell_call':
      return {type: 'function_call_output', call_id: callId, output: ABORTED}
    case 'custom_tool_call':
      return {type: 'custom_tool_call_output', call_id: callId, output: ABORTED}
    case 'tool_search_call':
      return {
        type: 'tool_search_output',
        call_id: callId,
        status: 'completed',
        execution: 'client',
        tools: [],
      }
    case 'apply_patch_call':
      return {type: 'apply_patch_call_output', call_id: callId, status: 'failed', output: ABORTED}
    case 'shell_call':
      return {
        type: 'shell_call_output',
        call_id: callId,
        output: [{stdout: '', stderr: ABORTED, outcome: {type: 'exit', exit_code: 1}}],
      }
    default:
      return undefined
  }
}

/** A call that will never be answered, as something the model said. */
export function toCallMessage({type, call_id: callId, ...call}: Item): Item {
  const text = `Tool call ${String(callId)} (${String(type)}) was not answered: ${JSON.stringify(call)}`
  return {type: 'message', role: 'assistant', content: [{type: 'output_text', text}]}
}

/** An output whose call is gone, as something the user said. Images stay images. */
export function toOutputMessage({call_id: callId, output, tools}: Item): Item {
  const name = typeof callId === 'string' ? `tool call ${callId}` : 'a tool call'
  const parts: unknown[] = Array.isArray(output) ? output : [output ?? tools]
  const content = [{type: 'input_text', text: `Output of ${name}:`}, ...parts.map(toInputPart)]
  return {type: 'message', role: 'user', content}
}

/** The same output, for a call of another kind. */
export function toMatchingOutput({call_id: callId, output}: Item, type: unknown): Item {
  return {type, call_id: callId, output}
}

function toInputPart(part: unknown): unknown {
  if (typeof part === 'string') return {type: 'input_text', text: part}
  const {type, image_url: imageUrl} = toJsonObject(part)
  if (typeof type === 'string' && type.startsWith('input_')) return part
  if (typeof imageUrl === 'string') return {type: 'input_image', image_url: imageUrl}
  return {type: 'input_text', text: JSON.stringify(part ?? null)}
}
