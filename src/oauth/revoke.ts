/**
 * Token revocation (RFC 7009), best effort: with JSON, as the official CLI does it, and with a form for an app.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/revoke.rs}
 */
import type {TokenRequestOptions} from './token-request.ts'
import {toAppEndpoint} from '../codex/endpoints.ts'
import {post} from './post.ts'
import type {TokenSet} from './token-set.ts'

/** Where to revoke. */
export type RevokeOptions = Omit<TokenRequestOptions, 'now'>

/**
 * Ends a login at the authorization server, so that a copy of its tokens is worth nothing. Takes at
 * most 10 seconds, and never throws: a logout must not depend on the network.
 *
 * @returns Whether the server confirmed it.
 */
export async function revokeTokens(
  {app, refreshToken}: TokenSet,
  {server, fetch, signal}: RevokeOptions,
): Promise<boolean> {
  try {
    const {clientId, issuer} = server
    const fields = {
      token: refreshToken,
      token_type_hint: 'refresh_token',
      client_id: app?.clientId ?? clientId,
    }
    const {status} = await post(
      app ? toAppEndpoint(issuer, 'oauth/revoke') : new URL('/oauth/revoke', issuer),
      app ? new URLSearchParams(fields) : fields,
      {fetch, timeoutMs: 10_000, explain: (fact) => fact, ...(signal && {signal})},
    )
    return status >= 200 && status < 300
  } catch {
    return false
  }
}
