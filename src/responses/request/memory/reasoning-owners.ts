/**
 * For which account each piece of encrypted reasoning was made. No other account can read it.
 *
 * @module
 */
import {toJsonObject, toText, type JsonObject} from '../../../base/json-object.ts'

/** The most that is remembered: about forty long conversations, in less than 1 MB. */
const MAX_OWNERS = 5000

/** The most that is exported, in pieces. */
const MAX_EXPORTED_OWNERS = 1000

/** A piece is known by its last characters: they are its signature. */
const KEY_CHARACTERS = 48

/** Remembers the accounts of the newest pieces. */
export interface ReasoningOwners {
  /** Remembers that an item was made for this account, if it is encrypted. */
  rememberOwner(item: JsonObject, accountId: string): void
  /** The account that a piece was made for, if it is still remembered. */
  ownerOf(encrypted: string): string | undefined
  /** The newest, to keep over a restart. */
  exportOwners(): Readonly<Record<string, string>>
  /** Takes back what `exportOwners` gave, as older than what was remembered since. Anything else is left aside. */
  importOwners(exported: unknown): void
}

/** Creates an empty memory. */
export function createReasoningOwners(): ReasoningOwners {
  // From the oldest to the newest.
  const owners = new Map<string, string>()

  function remember(key: string, accountId: string): void {
    owners.delete(key)
    owners.set(key, accountId)
    for (const oldest of owners.keys()) {
      if (owners.size <= MAX_OWNERS) break
      owners.delete(oldest)
    }
  }

  return {
    rememberOwner({encrypted_content: encrypted}, accountId) {
      const content = toText(encrypted)
      if (content !== undefined) remember(toKey(content), accountId)
    },
    ownerOf: (encrypted) => owners.get(encrypted.slice(-KEY_CHARACTERS)),
    exportOwners: () => Object.fromEntries([...owners].slice(-MAX_EXPORTED_OWNERS)),
    importOwners(exported) {
      const newer = [...owners]
      for (const [key, accountId] of Object.entries(toJsonObject(exported))) {
        if (typeof accountId === 'string') remember(key, accountId)
      }
      for (const [key, accountId] of newer) remember(key, accountId)
    },
  }
}

/** Copied: a part of a text holds the whole text in memory. */
function toKey(content: string): string {
  return Buffer.from(content.slice(-KEY_CHARACTERS)).toString()
}
