/**
 * The journal of a refresh, in the host's secret storage.
 *
 * The storage is one that only the host can write to, and it takes its time. So an answer is not written down
 * here: the account's record takes it. What the journal does is to find out before the refresh token is spent
 * whether anything can be written, and to remember that it was sent.
 *
 * @module
 */
import type {RefreshJournal} from '../accounts/refresh-journal.ts'
import {toTokenHash} from '../accounts/tokens/token-hash.ts'
import {parseJson, toJsonObject, toNumber} from '../base/json-object.ts'
import type {SecretStorage} from './key-value-storage.ts'

/** As much as the record of an account may need, in characters. */
const ROOM = 8192

/**
 * Creates the journal of one account, which is kept under `key`.
 *
 * @param secrets Rejects with a `StorageError` when it fails.
 */
export function createSecretJournal(secrets: SecretStorage, key: string): RefreshJournal {
  return {
    async lastAsked(refreshToken) {
      const entry = toJsonObject(parseJson(await secrets.get(key)))
      const isSame = entry['refreshTokenHash'] === toTokenHash(refreshToken)
      return isSame ? toNumber(entry['askedAtMs']) : undefined
    },
    async begin(refreshToken, nowMs) {
      const entry = {refreshTokenHash: toTokenHash(refreshToken), askedAtMs: nowMs}
      await secrets.set(key, JSON.stringify({...entry, room: ' '.repeat(ROOM)}))
    },
    keep: async () => {},
    async end(isSettled) {
      // What stays there says nothing about any other refresh token.
      if (isSettled) await secrets.delete(key).catch(() => {})
    },
  }
}
