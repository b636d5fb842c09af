/**
 * Checking who has logged in (OpenID Connect Core §3.1.3.7). Identity of an app's login rests on it.
 *
 * @module
 */
import {createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet} from 'jose'
import {AuthorizationServerError, LoginFailedError, NetworkError} from '../../errors.ts'
import {isJsonObject, toList} from '../../base/json-object.ts'
import {callJson, type JsonCall} from '../../http/call-json.ts'
import type {TokenRequestOptions} from '../token-request.ts'
import type {TokenSet} from '../token-set.ts'

/** How far the clocks of the two machines may differ, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 24 * 3600

/** What the token has to say. */
export interface VerifyOptions extends TokenRequestOptions {
  readonly clientId: string
  readonly nonce: string
}

/**
 * Resolves when the token was signed by the authorization server, for this client and this login.
 *
 * @throws {LoginFailedError} It was not, or there is none.
 * @throws {AuthorizationServerError} The keys of the server are none.
 * @throws {NetworkError} The keys of the server could not be had.
 */
export async function verifyIdToken(
  {idToken = ''}: TokenSet,
  {clientId, nonce, server, fetch, now, signal}: VerifyOptions,
): Promise<void> {
  const keys = await fetchKeys(new URL('/.well-known/jwks.json', server.issuer), {fetch, signal})
  try {
    const {payload} = await jwtVerify(idToken, createLocalJWKSet(keys), {
      algorithms: ['RS256'],
      audience: clientId,
      issuer: [server.issuer.origin, server.issuer.href],
      currentDate: new Date(now()),
      // The local clock may be wrong; nonce and code prove that the token is new.
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['sub', 'exp', 'iat'],
    })
    if (payload['nonce'] === nonce) return
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError)) throw cause
    throw toFailure(cause)
  }
  throw toFailure()
}

async function fetchKeys(
  url: URL,
  call: Pick<JsonCall, 'fetch' | 'signal'>,
): Promise<JSONWebKeySet> {
  const answer = await callJson(url, call).catch((cause: unknown) => {
    call.signal?.throwIfAborted()
    throw new NetworkError(`Login failed: ${url.host} could not be reached.`, {cause})
  })
  if (answer.ok && isKeySet(answer.body)) return answer.body
  const {status} = answer
  throw new AuthorizationServerError(`Login failed: ${url.host} did not show its keys.`, {status})
}

function isKeySet(body: unknown): body is JSONWebKeySet {
  return isJsonObject(body) && toList(body['keys']).some(isJsonObject)
}

function toFailure(cause?: unknown): LoginFailedError {
  return new LoginFailedError(
    'Login failed: the server did not prove who has logged in. Log in again.',
    {cause},
  )
}
