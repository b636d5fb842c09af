/**
 * How long the beginning of an answer is held back. Until it is handed on, nobody has read anything, and a
 * failure can be asked again; but no caller is kept waiting for long.
 *
 * @module
 */
import {CodexError} from '../../errors.ts'
import type {ResponsesEvent} from './events/responses-event.ts'
import {hasWords, isHandshake} from './has-words.ts'

/** The most that is held back, in bytes: instructions and tools of the request come back in the first events. */
const MAX_HELD_BYTES = 4_000_000

/** The beginning of one answer. */
export class Opening {
  /** Whether a first word has come. */
  hasWord = false
  #isReleased = false
  #heldBytes = 0
  #release: (outcome: 'released') => void = () => {}
  /** Resolves once the answer is to begin as it is. */
  readonly released = new Promise<'released'>((resolve) => (this.#release = resolve))

  /** Whether events are still held back. */
  get isUnderWay(): boolean {
    return !this.hasWord && !this.#isReleased
  }

  /** Begins the answer, although no word has come. */
  release(): void {
    this.#isReleased = true
    this.#release('released')
  }

  /** Counts what came in one part. */
  hold({length}: Uint8Array): void {
    this.#heldBytes += length
    if (this.#heldBytes > MAX_HELD_BYTES) this.#isReleased = true
  }

  /**
   * Looks for the first word in the next event.
   *
   * @returns Whether the event is part of the answer.
   * @throws {EventInvalidError} It is not JSON, and nobody has read anything.
   */
  look(event: ResponsesEvent): boolean {
    this.hasWord = this.#isWord(event)
    return !isHandshake(event)
  }

  /** Once the answer has begun, what cannot be read is not asked again. */
  #isWord(event: ResponsesEvent): boolean {
    try {
      return hasWords(event)
    } catch (error) {
      if (!this.#isReleased || !(error instanceof CodexError)) throw error
      return true
    }
  }
}
