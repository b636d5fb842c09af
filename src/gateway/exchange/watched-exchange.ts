/**
 * One request while it is answered, told to those who watch: its start, its first byte and its end, each once.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {Exchange, ExchangeEnd, GatewayObserver} from './exchange.ts'

/** Who is told, and the time. */
export interface WatchOptions {
  readonly now: Clock
  /** Default: nobody. */
  readonly observers?: readonly GatewayObserver[] | undefined
}

/** A request that is being answered. */
export class WatchedExchange {
  readonly #exchange: Exchange
  readonly #now: Clock
  readonly #observers: readonly GatewayObserver[]
  #bytes = 0
  #firstByteAtMs: number | undefined
  #hasEnded = false

  constructor(exchange: Exchange, {now, observers = []}: WatchOptions) {
    this.#exchange = exchange
    this.#now = now
    this.#observers = observers
    for (const observer of observers) observer.started?.(exchange)
  }

  /** So many bytes of the answer were sent. */
  countBytes(bytes: number): void {
    this.#bytes += bytes
    if (this.#firstByteAtMs !== undefined) return
    const atMs = this.#now()
    this.#firstByteAtMs = atMs
    for (const observer of this.#observers) observer.firstByte?.(this.#exchange, atMs)
  }

  /**
   * It is over. Whoever says so again is not heard.
   *
   * @param isCut Whether the client has less than the whole answer.
   */
  end(status: number, isCut: boolean): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const end: ExchangeEnd = {
      status,
      endedAtMs: this.#now(),
      bytes: this.#bytes,
      isCut,
      ...(this.#firstByteAtMs !== undefined && {firstByteAtMs: this.#firstByteAtMs}),
    }
    for (const observer of this.#observers) observer.ended?.(this.#exchange, end)
  }
}
