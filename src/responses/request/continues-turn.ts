/**
 * Whether a request goes on with a turn, or begins one.
 *
 * @module
 */
import type {Item} from './memory/item-memory.ts'

const TOOL_OUTPUT = /_output$/

/** A turn lasts from a message of the user to the next one: tools answer within it. */
export function continuesTurn(input: readonly Item[]): boolean {
  const last = input.findLast(({role, type}) => role === 'user' || isToolOutput(type))
  return isToolOutput(last?.['type'])
}

function isToolOutput(type: unknown): boolean {
  return typeof type === 'string' && TOOL_OUTPUT.test(type)
}
