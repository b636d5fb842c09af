/**
 * How long somebody has waited for an answer. Time is counted in looks, so that a clock that jumps, or a
 * machine that slept, ends no answer.
 *
 * @module
 */

/** What a look finds, in milliseconds. */
export interface Waited {
  /** Since anything came, even a comment. */
  readonly silentMs: number
  /** Since something came that is part of the answer. */
  readonly wordlessMs: number
  /** Since the first bytes were held back; 0 when none are. */
  readonly heldMs: number
}

/** Counts only while somebody waits: what nobody asks for cannot come. */
export class WaitClock {
  readonly #timer: NodeJS.Timeout
  #isWaiting = false
  #isHolding = false
  #silentMs = 0
  #wordlessMs = 0
  #heldMs = 0

  /** @param onLook Called every `intervalMs` in which somebody waits. Must not throw. */
  constructor(intervalMs: number, onLook: (waited: Waited) => void) {
    this.#timer = setInterval(() => {
      if (!this.#isWaiting) return
      this.#silentMs += intervalMs
      this.#wordlessMs += intervalMs
      if (this.#isHolding) this.#heldMs += intervalMs
      onLook({silentMs: this.#silentMs, wordlessMs: this.#wordlessMs, heldMs: this.#heldMs})
    }, intervalMs).unref()
  }

  /** Somebody asks for the next bytes. */
  wait(): void {
    this.#isWaiting = true
    this.#silentMs = 0
  }

  /** Bytes have come. */
  heard(): void {
    this.#isWaiting = false
  }

  /** They were part of the answer. */
  progressed(): void {
    this.#wordlessMs = 0
  }

  /** They are held back, from now on or no more. */
  hold(isHolding: boolean): void {
    this.#isHolding = isHolding
    this.#heldMs *= Number(isHolding)
  }

  /** Nobody waits any more. */
  stop(): void {
    clearInterval(this.#timer)
  }
}
