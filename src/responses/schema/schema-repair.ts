/**
 * What one repair of a schema has done so far.
 *
 * @module
 */

/** Collects the reasons of a repair, each once. */
export class SchemaRepair {
  readonly #reasons = new Set<string>()
  #widened = 0

  get reasons(): readonly string[] {
    return [...this.#reasons]
  }

  /** How often the schema came to allow more than before. */
  get widened(): number {
    return this.#widened
  }

  /** Something is said in other words. */
  tell(reason: string): void {
    this.#reasons.add(reason)
  }

  /** Something allows more than before. */
  widen(reason: string): void {
    this.#reasons.add(reason)
    this.#widened += 1
  }

  /** A keyword said nothing. @returns What stands in its place: nothing. */
  drop(): undefined {
    this.tell('A keyword with a value of the wrong type was left out')
  }
}
