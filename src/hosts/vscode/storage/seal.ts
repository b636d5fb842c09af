/**
 * Sealing with AES-256-GCM: what is sealed cannot be read or changed without the key.
 *
 * Loaded when there is something to seal or to open: `node:crypto` takes longer than the rest of the start.
 *
 * @module
 */
import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'

/** Makes a key that nobody else has. */
export function makeKey(): Buffer {
  return randomBytes(KEY_BYTES)
}

/** Reads a key that was written as base64; `undefined` when it is none. */
export function parseKey(text: string | undefined): Buffer | undefined {
  const key = Buffer.from(text ?? '', 'base64')
  return key.length === KEY_BYTES ? key : undefined
}

/** Seals a text. No two seals of it are alike. */
export function sealText(text: string, key: Buffer): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce)
  const body = Buffer.concat([cipher.update(text), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

/** Opens what {@link sealText} gave; `undefined` when it is damaged or was sealed with another key. */
export function openText(sealed: Buffer, key: Buffer): string | undefined {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES))
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
    const body = sealed.subarray(NONCE_BYTES + TAG_BYTES)
    return `${decipher.update(body).toString()}${decipher.final().toString()}`
  } catch {
    // GCM tells both from what it sealed, not from each other.
    return undefined
  }
}
