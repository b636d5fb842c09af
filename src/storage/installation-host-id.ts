/**
 * The id of this installation, as apps of "Sign in with ChatGPT" tell it.
 *
 * @module
 */
import {createHash} from 'node:crypto'

/**
 * Makes the id from the secret of the installation, see `createInstallationSalt`: always the same one, from which nobody
 * learns the secret.
 *
 * @returns `urn:uuid:…`
 */
export function toHostId(salt: string): string {
  const hex = createHash('sha256').update(`host ${salt}`).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
  ]
  return `urn:uuid:${[...parts, hex.slice(20, 32)].join('-')}`
}
