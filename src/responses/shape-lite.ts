/**
 * Responses-Lite: the form in which newer models take a request.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/core/src/client.rs}
 */
import {toJsonObject, type JsonObject} from '../http/json-object.ts'
import type {Item} from './item-memory.ts'

/** A body for the backend, with its input shaped. */
export interface ShapedBody extends JsonObject {
  readonly input: readonly Item[]
  readonly instructions: string
}

/**
 * Moves tools and instructions into the input, where the official client has them for these models:
 * tools first, then what the model is told, then the conversation. It asks for one call at a time and
 * for the reasoning of all turns. The request also needs a header of its own.
 */
export function shapeLite({instructions, tools, ...body}: ShapedBody): JsonObject {
  const told = {
    type: 'message',
    role: 'developer',
    content: [{type: 'input_text', text: instructions}],
  }
  return {
    ...body,
    input: [
      ...(tools === undefined ? [] : [{type: 'additional_tools', role: 'developer', tools}]),
      ...body.input.filter(isTools),
      told,
      ...body.input.filter((item) => !isTools(item)),
    ],
    parallel_tool_calls: false,
    reasoning: {...toJsonObject(body['reasoning']), context: 'all_turns'},
  }
}

/** A caller that knows the form has put its tools there itself. */
function isTools({type}: Item): boolean {
  return type === 'additional_tools'
}
