/**
 * Short keys for clients and accounts, so that their long names stand in a file once.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import type {NamedParty} from './finished-request.ts'

const KEY_CHARACTERS = 8

/** A line that says whom a key means. */
export interface NameLine {
  readonly n: string
  readonly id: string
  readonly label: string
}

/** Whom each key means. */
export class PartyNames {
  readonly #parties = new Map<string, NamedParty>()
  readonly #keys = new Map<string, string>()
  readonly #unsaid = new Set<string>()

  /** The key of a party: the same always, and in every file. The newest label counts. */
  keyOf(party: NamedParty): string {
    const key = this.#keys.get(party.id) ?? toKey(party.id)
    this.#keys.set(party.id, key)
    if (this.#parties.get(key)?.label !== party.label) {
      this.#parties.set(key, {id: party.id, label: party.label})
      this.#unsaid.add(key)
    }
    return key
  }

  /** Whether nobody was told yet whom the key means; asking counts as being told. */
  isNew(key: string): boolean {
    return this.#unsaid.delete(key)
  }

  /** Whom the key means; a key without a name stands for itself. */
  partyOf(key: string): NamedParty {
    return this.#parties.get(key) ?? {id: key, label: key}
  }

  /** Takes in what a file says, unless the key has a name already. */
  learn({n: key, id, label}: NameLine): void {
    if (this.#parties.has(key)) return
    this.#parties.set(key, {id, label})
    this.#keys.set(id, key)
  }

  /** Every key with the id and the label. */
  list(): [key: string, id: string, label: string][] {
    return [...this.#parties].map(([key, {id, label}]) => [key, id, label])
  }
}

function toKey(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, KEY_CHARACTERS)
}
