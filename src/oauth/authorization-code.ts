/**
 * Authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636).
 *
 * The exchange does not go through a conformant client library, because the token endpoint is not
 * conformant: errors can be objects, and `token_type` and `expires_in` can be missing.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/server.rs}
 */
import {calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState} from 'openid-client'
import {AuthorizationServerError, LoginFailedError} from '../errors.ts'
import {ORIGINATOR} from '../codex/codex-client.ts'
import type {AuthorizationServer} from '../codex/endpoints.ts'
import type {TokenRequestOptions} from './token-request.ts'
import {type Answer, post} from './post.ts'
import {parseRefusal} from './refusal.ts'
import {parseTokenResponse} from './token-response.ts'
import type {TokenSet} from './token-set.ts'

/** How long a user may take for a login, in milliseconds: as long as the official client waits for a device code. */
export const LOGIN_TIMEOUT_MS = 15 * 60_000

/** A login that waits for its user. Only `url` may be shown; the rest stays with the login. */
export interface AuthorizationRequest {
  /** What to open in the browser. */
  readonly url: URL
  readonly redirectUri: string
  readonly codeVerifier: string
  /** Comes back with the code, see `checkState` and `parseRedirect`. */
  readonly state: string
}

/** A code from the browser, and what proves that we asked for it. */
export interface AuthorizationCode {
  readonly code: string
  readonly codeVerifier: string
  /** The one of the authorization request, to the letter. */
  readonly redirectUri: string
}

/**
 * Starts a login.
 *
 * @param options.redirectUri Where the browser brings the code, see `toRedirectUri`.
 */
export async function createAuthorizationRequest(
  server: AuthorizationServer,
  {redirectUri}: {readonly redirectUri: string},
): Promise<AuthorizationRequest> {
  const codeVerifier = randomPKCECodeVerifier()
  const state = randomState()
  const url = new URL('/oauth/authorize', server.issuer)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: server.clientId,
    redirect_uri: redirectUri,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    // Without `offline_access` there is no refresh token.
    scope: 'openid profile email offline_access',
    id_token_add_organizations: 'true',
    codex_cli_simplified_flow: 'true',
    originator: ORIGINATOR,
  }).toString()
  return {url, redirectUri, codeVerifier, state}
}

/**
 * Trades the code from the browser for tokens. A code works once.
 *
 * @throws {LoginFailedError} The server did not accept the code, or does not serve this network.
 * @throws {AuthorizationServerError} The answer says nothing about the code.
 * @throws {NetworkError} There was no answer within 30 seconds.
 */
export async function exchangeAuthorizationCode(
  {code, codeVerifier, redirectUri}: AuthorizationCode,
  {server, fetch, now, signal}: TokenRequestOptions,
): Promise<TokenSet> {
  const url = new URL('/oauth/token', server.issuer)
  const answer = await post(
    url,
    new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: server.clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    }),
    {fetch, signal, explain: explainExchange},
  )
  if (answer.status === 200) {
    return parseTokenResponse(answer, {receivedAtMs: now(), explain: explainExchange})
  }
  throw toExchangeError(answer, {host: url.host, secrets: [code, codeVerifier]})
}

/** What to throw when a code could not be traded. */
export function toExchangeError(
  answer: Answer,
  {host, secrets}: {readonly host: string; readonly secrets: readonly string[]},
): Error {
  const {status, body, requestId} = answer
  const trace = requestId ? `HTTP ${status}, request ${requestId}` : `HTTP ${status}`
  if (status === 403) {
    return new LoginFailedError(
      `Login failed: ${host} does not serve this network (${trace}). ChatGPT may not be available ` +
        'in your region, or requests have to go through a proxy.',
    )
  }
  if (body === undefined || status < 400 || status >= 500 || status === 429) {
    return new AuthorizationServerError(
      explainExchange(`${host} gave no usable answer (${trace})`),
      {
        status,
      },
    )
  }
  const {description} = parseRefusal(body)
  const isTold =
    description !== undefined && !secrets.some((secret) => description.includes(secret))
  const fact = isTold ? description.replace(/(?<![\s.])[\s.]+$/, '') : 'the code was not accepted'
  return new LoginFailedError(explainExchange(`${fact} (${trace})`))
}

/** Makes the sentence for the user. */
export function explainExchange(fact: string): string {
  return `Login failed: ${fact}.`
}
