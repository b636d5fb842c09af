/**
 * Telling refresh tokens apart without giving one away. Imported late where a host starts: only
 * refreshes and shared accounts need `node:crypto`.
 *
 * @module
 */
import {createHash} from 'node:crypto'
import type {TokenSet} from '../../oauth/token-set.ts'

/** The first 16 hexadecimal digits of the token's SHA-256. */
export function toTokenHash(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('hex').slice(0, 16)
}

/** Tells logins apart: the hash of the refresh token, or where there is none, of the access token. */
export function toLoginHash({accessToken, refreshToken}: TokenSet): string {
  return toTokenHash(refreshToken || accessToken)
}
