/**
 * Bytes of a stream, cut only between events. Whatever happens to the stream, a reader has then been
 * given whole events, and can be told in one more what happened.
 *
 * @module
 */
import {BLANK_LINE, hasCarriageReturn, toBuffer} from './event-scanner.ts'

/** Holds back what is only part of an event. */
export interface WholeEvents {
  /** The events that `chunk` completes; `undefined` when it completes none. */
  push(chunk: Uint8Array): Uint8Array | undefined
  /** The part of an event that is held back. */
  rest(): Uint8Array
}

const LINE_FEED = 0x0a

/** Creates a place that holds nothing yet. */
export function createWholeEvents(): WholeEvents {
  let held: Uint8Array[] = []
  let passesAll = false

  function release(chunk: Uint8Array): Uint8Array {
    const whole = held.length === 0 ? chunk : Buffer.concat([...held, chunk])
    held = []
    return whole
  }

  return {
    push(chunk) {
      // Nearly every chunk ends with its event.
      const last = chunk.length > 1 ? chunk[chunk.length - 2] : held.at(-1)?.at(-1)
      if (passesAll || (chunk.at(-1) === LINE_FEED && last === LINE_FEED)) return release(chunk)
      const buffer = toBuffer(chunk)
      // Streams with other line endings are not written by this backend; they go through as they are.
      passesAll = hasCarriageReturn(buffer)
      if (passesAll) return release(chunk)
      const startsAtSeam = chunk[0] === LINE_FEED && held.at(-1)?.at(-1) === LINE_FEED
      const at = buffer.lastIndexOf(BLANK_LINE)
      const end = at === -1 ? Number(startsAtSeam) : at + BLANK_LINE.length
      const whole = end === 0 ? undefined : release(chunk.subarray(0, end))
      if (end < chunk.length) held.push(chunk.subarray(end))
      return whole
    },
    rest: () => Buffer.concat(held),
  }
}
