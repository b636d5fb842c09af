/**
 * What an ID token proves (OpenID Connect Core §3.1.3.7). A file of its own where bundles have parts: it is only
 * needed at a login.
 *
 * @module
 */
import {createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet} from 'jose'

/** How far the clocks of the two machines may differ, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 24 * 3600

/** Who has to have signed the token, for whom, and for which login. */
export interface ProofOptions {
  readonly keys: JSONWebKeySet
  readonly issuer: readonly string[]
  readonly clientId: string
  readonly nonce: string
  /** In milliseconds since 1970. */
  readonly nowMs: number
}

/** Whether the token was signed by its issuer, for this client and this login. */
export async function isProven(
  idToken: string,
  {keys, issuer, clientId, nonce, nowMs}: ProofOptions,
): Promise<boolean> {
  try {
    const {payload} = await jwtVerify(idToken, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      audience: clientId,
      issuer: [...issuer],
      currentDate: new Date(nowMs),
      // The local clock may be wrong; nonce and code prove that the token is new.
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat'],
    })
    return payload['nonce'] === nonce
  } catch (error) {
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}
