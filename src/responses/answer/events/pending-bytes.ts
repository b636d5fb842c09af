/**
 * The beginning of an event whose end has not come yet.
 *
 * @module
 */
import {EventInvalidError} from '../../../errors.ts'

/** The most one event may have, in bytes; the largest seen was an image of 20 MB. */
export const MAX_EVENT_BYTES = 32_000_000

/** Bytes that wait to be read, joined only once. */
export class PendingBytes {
  readonly #maxBytes: number
  #parts: Uint8Array[] = []
  #size = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** How many bytes wait. */
  get size(): number {
    return this.#size
  }

  /** The last of them. */
  get last(): number | undefined {
    return this.#parts.at(-1)?.at(-1)
  }

  /** @throws {EventInvalidError} There are more than the bound. */
  add(part: Uint8Array): void {
    this.#size += part.length
    if (this.#size > this.#maxBytes) {
      throw new EventInvalidError(
        `The answer holds an event of more than ${this.#maxBytes / 1_000_000} MB, which is the most that is read. Ask for less at once.`,
      )
    }
    if (part.length > 0) this.#parts.push(part)
  }

  /** Takes all of them; none wait after that. */
  take(): Uint8Array {
    const [first = new Uint8Array()] = this.#parts
    const joined = this.#parts.length > 1 ? Buffer.concat(this.#parts, this.#size) : first
    this.#parts = []
    this.#size = 0
    return joined
  }
}
