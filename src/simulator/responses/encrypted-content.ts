/**
 * `encrypted_content`: opaque to the client, and good for one account only.
 *
 * There is nothing to hide in it here, so it is only signed.
 *
 * @module
 */
import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto'

const PREFIX = 'gAAAAAB'
/** Public on purpose: it keeps accounts of a stand-in apart, over restarts, and nothing else. */
const KEY = 'codex simulator'
const NONCE_BYTES = 48
const SIGNATURE_BYTES = 32

/** Makes reasoning that only this account can hand back. */
export function createEncryptedContent(accountId: string): string {
  const nonce = randomBytes(NONCE_BYTES)
  return PREFIX + Buffer.concat([nonce, sign(accountId, nonce)]).toString('base64url')
}

/** True when the content was made for this account. */
export function isEncryptedFor(accountId: string, content: string): boolean {
  if (!content.startsWith(PREFIX)) return false
  const bytes = Buffer.from(content.slice(PREFIX.length), 'base64url')
  if (bytes.length !== NONCE_BYTES + SIGNATURE_BYTES) return false
  const expected = sign(accountId, bytes.subarray(0, NONCE_BYTES))
  return timingSafeEqual(bytes.subarray(NONCE_BYTES), expected)
}

function sign(accountId: string, nonce: Uint8Array): Buffer {
  return createHmac('sha256', KEY).update(accountId).update(nonce).digest()
}
