/**
 * Telling an answer that goes on from a connection that is only kept open.
 *
 * @module
 */
import {toBuffer} from './event-scanner.ts'

/** How a comment, an empty line and the second half of either may begin. */
const MAY_BE_COMMENT: ReadonlySet<number | undefined> = new Set(Buffer.from(':\n\r '))

/** Whether `bytes` hold more than comments. A look at the first of them is nearly always enough. */
export function isLife(bytes: Uint8Array): boolean {
  return !MAY_BE_COMMENT.has(bytes[0]) || toBuffer(bytes).includes('data:')
}
