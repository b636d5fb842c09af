/**
 * The beginning of an event whose end has not come yet.
 *
 * @module
 */
import {EventInvalidError} from '../../errors.ts'

/** The most one event may have, in bytes; the largest seen was an image of 20 MB. */
export const MAX_EVENT_BYTES = 32_000_000

/** Bytes that wait to be read, joined only once. */
export interface PendingBytes {
  /** @throws {EventInvalidError} There are more than the bound. */
  add(part: Buffer): void
  /** How many bytes wait. */
  size(): number
  /** The last byte. */
  last(): number | undefined
  /** All of them; none wait after that. */
  take(): Buffer
}

/** Creates a place for at most `maxBytes`. */
export function createPendingBytes(maxBytes: number): PendingBytes {
  let parts: Buffer[] = []
  let bytes = 0
  return {
    add(part) {
      bytes += part.length
      if (bytes > maxBytes) {
        throw new EventInvalidError(
          `The answer holds an event of more than ${maxBytes / 1_000_000} MB, which is the most that is read. Ask for less at once.`,
        )
      }
      if (part.length > 0) parts.push(part)
    },
    size: () => bytes,
    last: () => parts.at(-1)?.at(-1),
    take() {
      const [first = Buffer.alloc(0)] = parts
      const joined = parts.length > 1 ? Buffer.concat(parts, bytes) : first
      parts = []
      bytes = 0
      return joined
    },
  }
}
