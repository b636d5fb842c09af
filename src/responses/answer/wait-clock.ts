/**
 * How long somebody waits for an answer, and what ends the wait. Time is counted in looks, so that a clock that
 * jumps, or a machine that slept, ends no answer.
 *
 * @module
 */

/** How long nothing at all may come while somebody waits, in milliseconds. */
const IDLE_LIMIT_MS = 5 * 60_000

/**
 * How long nothing may come but comments and handshakes, in milliseconds. The highest efforts think for more
 * than nine minutes without a word, and only pings show that they do.
 */
const WORDLESS_LIMIT_MS = 30 * 60_000

/** How long events are held back while no word has come, in milliseconds. */
const HOLD_BACK_MS = 10_000

/** How often a caller who waits hears that the answer is still under way, in milliseconds. */
const KEEP_ALIVE_MS = 15_000

/** How often to look whether an answer is silent, in milliseconds. */
const CHECK_INTERVAL_MS = 1000

/** How long to wait for what, in milliseconds. */
export interface WaitLimits {
  /** Until an answer begins without a word. Default 10 seconds; `Infinity` for a caller who sees nothing before the end. */
  readonly holdBackMs?: number | undefined
  /** For more than comments and handshakes. Default 30 minutes. */
  readonly wordlessLimitMs?: number | undefined
  /** For anything at all. Default 5 minutes. */
  readonly idleLimitMs?: number | undefined
  /** Between two signs of life for the caller. Default 15 seconds. */
  readonly keepAliveMs?: number | undefined
  /** Between two looks. Default one second. */
  readonly checkIntervalMs?: number | undefined
}

/** Asked and told at a timer. None of them may throw. */
export interface WaitListener {
  /** Whether the answer is complete, although the connection is open. */
  isOver(): boolean
  close(reason: 'complete' | 'stalled'): void
  /** Begins an answer that is held back. */
  release(): void
  onSilence(): void
}

/** Counts only while somebody waits: what nobody asks for cannot come. */
export class WaitClock {
  /** How often it looks, in milliseconds. */
  readonly intervalMs: number
  readonly #limits: WaitLimits
  readonly #listener: WaitListener
  readonly #timer: NodeJS.Timeout
  #isWaiting = false
  #isHolding = false
  /** Since anything came, even a comment. */
  #silentMs = 0
  /** Since the caller was given anything. */
  #quietMs = 0
  /** Since something came that is part of the answer. */
  #wordlessMs = 0
  /** Since the first bytes were held back. */
  #heldMs = 0

  constructor(limits: WaitLimits, listener: WaitListener) {
    this.intervalMs = limits.checkIntervalMs ?? CHECK_INTERVAL_MS
    this.#limits = limits
    this.#listener = listener
    this.#timer = setInterval(() => this.#look(), this.intervalMs).unref()
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

  /** Something of them goes to the caller. */
  written(): void {
    this.#quietMs = 0
  }

  /** They were part of the answer. */
  progressed(): void {
    this.#wordlessMs = 0
  }

  /** They are held back, from now on or no more. */
  hold(isHolding: boolean): void {
    this.#isHolding = isHolding
  }

  /** Nobody waits any more. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    if (!this.#isWaiting) return
    const {intervalMs} = this
    this.#silentMs += intervalMs
    this.#quietMs += intervalMs
    this.#wordlessMs += intervalMs
    if (this.#isHolding) this.#heldMs += intervalMs
    if (this.#isStalled()) this.#listener.close('stalled')
    else if (this.#silentMs > intervalMs && this.#listener.isOver()) {
      this.#listener.close('complete')
    } else if (this.#isHolding && this.#heldMs >= (this.#limits.holdBackMs ?? HOLD_BACK_MS)) {
      this.#listener.release()
    } else if (this.#quietMs >= (this.#limits.keepAliveMs ?? KEEP_ALIVE_MS)) {
      this.#quietMs = 0
      this.#listener.onSilence()
    }
  }

  #isStalled(): boolean {
    const {idleLimitMs = IDLE_LIMIT_MS, wordlessLimitMs = WORDLESS_LIMIT_MS} = this.#limits
    return this.#silentMs >= idleLimitMs || this.#wordlessMs >= wordlessLimitMs
  }
}
