/**
 * Bytes of a stream, cut only between events. Whatever happens to the stream, a reader has then been
 * given whole events, and can be told in one more what happened.
 *
 * @module
 */
import {BLANK_LINE, hasCarriageReturn, toBuffer} from './event-scanner.ts'
import {createPendingBytes, MAX_EVENT_BYTES} from './pending-bytes.ts'

/** Holds back what is only part of an event. */
export interface WholeEvents {
  /**
   * The events that `chunk` completes, in parts that are not copied unless they have to be joined.
   *
   * @throws {EventInvalidError} An event is larger than the bound.
   */
  push(chunk: Uint8Array): readonly Uint8Array[]
  /** The part of an event that is held back. */
  rest(): Uint8Array
  /** Whether the stream has other line endings, so that its parts need not be whole events. */
  isStrange(): boolean
}

const LINE_FEED = 0x0a

/** Creates a place that holds nothing yet. */
export function createWholeEvents(maxEventBytes = MAX_EVENT_BYTES): WholeEvents {
  const held = createPendingBytes(maxEventBytes)
  let passesAll = false

  /** The rest of the event that is held back, and the events behind it. */
  function release(chunk: Buffer): readonly Uint8Array[] {
    if (held.size() === 0) return chunk.length === 0 ? [] : [chunk]
    const startsAtSeam = chunk[0] === LINE_FEED && held.last() === LINE_FEED
    const at = chunk.indexOf(BLANK_LINE)
    const end = startsAtSeam ? 1 : at === -1 ? chunk.length : at + BLANK_LINE.length
    held.add(chunk.subarray(0, end))
    const joined = held.take()
    return end === chunk.length ? [joined] : [joined, chunk.subarray(end)]
  }

  function releaseUpToLast(chunk: Buffer): readonly Uint8Array[] {
    const startsAtSeam = chunk[0] === LINE_FEED && held.last() === LINE_FEED
    const at = chunk.lastIndexOf(BLANK_LINE)
    const end = at === -1 ? Number(startsAtSeam) : at + BLANK_LINE.length
    const whole = end === 0 ? [] : release(chunk.subarray(0, end))
    held.add(chunk.subarray(end))
    return whole
  }

  return {
    push(chunk) {
      const end = chunk.length
      const endsEvent =
        chunk[end - 1] === LINE_FEED && (chunk[end - 2] ?? held.last()) === LINE_FEED
      // Nearly always: nothing is held back, and the chunk ends with its event.
      if (endsEvent && held.size() === 0) return [chunk]
      const buffer = toBuffer(chunk)
      if (endsEvent || passesAll) return release(buffer)
      // Streams with other line endings are not written by this backend; they go through as they are.
      passesAll = hasCarriageReturn(buffer)
      return passesAll ? release(buffer) : releaseUpToLast(buffer)
    },
    rest: () => held.take(),
    isStrange: () => passesAll,
  }
}
