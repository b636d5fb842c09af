/**
 * Reading a JWT.
 *
 * Signatures are not checked: the tokens come straight from the token endpoint over TLS, and the
 * backend checks them on every request.
 *
 * @module
 */
import {decodeJwt, type JWTPayload} from 'jose'

/** The claims of a JWT; none when the text is not one, as access tokens may be opaque. */
export function decodePayload(token: string): JWTPayload {
  try {
    return decodeJwt(token)
  } catch {
    return {}
  }
}
