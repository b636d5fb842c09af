/**
 * What was said on each open connection, so that a client may send only what is new.
 *
 * @module
 */

/** A conversation until the end of an answer. */
export interface Said {
  /** Of the answer. */
  readonly id: string
  /** The items, as JSON without the brackets around them. */
  readonly items: string
}

/** The most that one connection may have, in characters: what is larger is sent again by the client. */
const MAX_CHARACTERS = 16_000_000

/** The most that all of them may have together, in characters. */
const MAX_TOTAL_CHARACTERS = 128_000_000

/** How much may be kept, in characters. */
export interface HistoryLimits {
  /** Of one connection. Default 16 million. */
  readonly maxCharacters?: number
  /** Of all of them. Default 128 million; what was not used for longest is forgotten first. */
  readonly maxTotalCharacters?: number
}

/** The last conversation of each connection. */
export class Histories {
  readonly #limits: Required<HistoryLimits>
  /** From the one that was not used for longest to the last used. */
  readonly #said = new Map<object, Said>()
  #characters = 0

  constructor({
    maxCharacters = MAX_CHARACTERS,
    maxTotalCharacters = MAX_TOTAL_CHARACTERS,
  }: HistoryLimits = {}) {
    this.#limits = {maxCharacters, maxTotalCharacters}
  }

  /** Remembers what was said on a connection, in place of what was said before. */
  keep(connection: object, said: Said): void {
    this.take(connection)
    if (said.items.length > this.#limits.maxCharacters) return
    this.#said.set(connection, said)
    this.#characters += said.items.length
    for (const oldest of this.#said.keys()) {
      if (this.#characters <= this.#limits.maxTotalCharacters) break
      this.take(oldest)
    }
  }

  /** What was said on a connection, which is then forgotten. */
  take(connection: object): Said | undefined {
    const said = this.#said.get(connection)
    this.#said.delete(connection)
    this.#characters -= said?.items.length ?? 0
    return said
  }
}
