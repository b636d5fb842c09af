/**
 * Checking who has logged in (OpenID Connect Core §3.1.3.7). Identity of an app's login rests on it.
 *
 * @module
 */
import type {JSONWebKeySet} from 'jose'
import {AuthorizationServerError, LoginFailedError, NetworkError} from '../../errors.ts'
import {isJsonObject, toList} from '../../base/json-object.ts'
import {callJson, type JsonCall} from '../../http/call-json.ts'
import type {TokenRequestOptions} from '../token-request.ts'
import type {TokenSet} from '../token-set.ts'

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
  const {isProven} = await import('./prove-id-token.ts')
  const issuer = [server.issuer.origin, server.issuer.href]
  if (await isProven(idToken, {keys, issuer, clientId, nonce, nowMs: now()})) return
  throw new LoginFailedError(
    'Login failed: the server did not prove who has logged in. Log in again.',
  )
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
