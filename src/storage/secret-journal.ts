/**
 * The journal of a refresh, in the host's secret storage: the only place that is safe for tokens.
 *
 * Before the refresh token is sent, an entry with room for an answer shows that the storage takes it. The answer
 * is written over the entry as soon as it comes, with nothing before that write: the account's record takes
 * several steps, and whatever ends the process between them would end the login.
 *
 * @module
 */
import {toTokenHash} from '../accounts/tokens/token-hash.ts'
import {parseJson, toJsonObject, toNumber, toText} from '../base/json-object.ts'
import type {AccountJournal} from './account-journal.ts'
import type {SecretStorage} from './key-value-storage.ts'

/** As much as an answer may need, in characters. */
const ROOM = 16_384

/**
 * Creates the journal of one account, which is kept under `key`.
 *
 * @param secrets Rejects with a `StorageError` when it fails.
 */
export function createSecretJournal(secrets: SecretStorage, key: string): AccountJournal {
  let begun: object | undefined

  /** What is there about this refresh token. */
  async function read(refreshToken: string) {
    const entry = toJsonObject(parseJson(await secrets.get(key)))
    return entry['refreshTokenHash'] === toTokenHash(refreshToken) ? entry : {}
  }

  return {
    async lastAsked(refreshToken) {
      return toNumber((await read(refreshToken))['askedAtMs'])
    },
    async findKept(refreshToken) {
      const entry = await read(refreshToken)
      const answer = toText(entry['answer'])
      const receivedAtMs = toNumber(entry['receivedAtMs'])
      if (answer === undefined || receivedAtMs === undefined) return undefined
      return {answer, receivedAtMs}
    },
    async begin(refreshToken, nowMs) {
      begun = {refreshTokenHash: toTokenHash(refreshToken), askedAtMs: nowMs}
      await secrets.set(key, JSON.stringify({...begun, room: ' '.repeat(ROOM)}))
    },
    async keep(answer, nowMs) {
      const entry = JSON.stringify({...begun, receivedAtMs: nowMs, answer})
      // If that fails, the answer is in memory, and is stored from there.
      await secrets.set(key, entry).catch(() => {})
    },
    async end(isSettled) {
      // What stays there says nothing about any other refresh token.
      if (isSettled) await secrets.delete(key).catch(() => {})
    },
  }
}
