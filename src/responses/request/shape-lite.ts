/**
 * Responses-Lite: the form in which newer models take a request.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/core/src/client.rs}
 */
import {toJsonObject, type JsonObject} from '../../base/json-object.ts'
import {DEFAULT_INSTRUCTIONS} from './instructions.ts'
import type {Item} from './memory/item-memory.ts'

/** The item that holds the tools. */
export const TOOLS = 'additional_tools'

/** A body for the backend, with its input shaped. */
export interface ShapedBody extends JsonObject {
  readonly input: readonly Item[]
  /** Of the caller or the user; absent when neither gave any. */
  readonly instructions: string | undefined
}

/**
 * Moves tools and instructions into the input, where the official client has them for these models:
 * tools first, then what the model is told, then the conversation. It asks for one call at a time and
 * for the reasoning of all turns. The request also needs a header of its own.
 */
export function shapeLite({instructions, tools, ...body}: ShapedBody): JsonObject {
  const hasTools = Array.isArray(tools) && tools.length > 0
  const isTold = body.input.some(({role, type}) => role === 'developer' && type !== TOOLS)
  const text = instructions ?? (isTold ? undefined : DEFAULT_INSTRUCTIONS)
  return {
    ...body,
    input: [
      ...(hasTools ? [{type: TOOLS, role: 'developer', tools}] : []),
      ...body.input.filter(isTools),
      ...(text === undefined ? [] : [toDeveloperMessage(text)]),
      ...body.input.filter((item) => !isTools(item)),
    ],
    parallel_tool_calls: false,
    reasoning: {...toJsonObject(body['reasoning']), context: 'all_turns'},
  }
}

function toDeveloperMessage(text: string): Item {
  return {type: 'message', role: 'developer', content: [{type: 'input_text', text}]}
}

/** A caller that knows the form has put its tools there itself. */
function isTools({type}: Item): boolean {
  return type === TOOLS
}
