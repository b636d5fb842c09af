/**
 * Refresh token grant (RFC 6749 §6), as the official CLI sends it.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/manager.rs}
 */
import {AuthorizationServerError, type LoginRequiredReason} from '../errors.ts'
import type {TokenRequestOptions} from './authorization-server.ts'
import {toLoginRequiredError} from './login-required.ts'
import {post} from './post.ts'
import {parseRefusal} from './refusal.ts'
import {parseTokenResponse} from './token-response.ts'
import type {TokenSet} from './token-set.ts'

/** Why new tokens are wanted, in the server's words. */
export type RefreshReason = 'proactive_expiry' | 'unauthorized_recovery'

/** What {@link refreshTokens} needs from outside. */
export interface RefreshOptions extends TokenRequestOptions {
  readonly refreshReason?: RefreshReason
}

/** The error codes that end a login. Whatever else is said, the login may still be good. */
const REASONS = new Map<string | undefined, LoginRequiredReason>([
  ['refresh_token_expired', 'expired'],
  ['token_expired', 'expired'],
  ['account_session_expired', 'expired'],
  ['app_session_terminated', 'expired'],
  ['refresh_token_reused', 'reused'],
  ['refresh_token_invalidated', 'revoked'],
  ['invalid_refresh_token', 'revoked'],
  ['invalid_grant', 'refused'],
  ['access_denied', 'refused'],
  ['account_deactivated', 'deactivated'],
  ['account_disabled', 'deactivated'],
  ['deactivated_workspace', 'deactivated'],
])

/**
 * Trades the refresh token for new tokens. It works once: store the result before using it.
 *
 * @throws {LoginRequiredError} The server refused the refresh token for good.
 * @throws {AuthorizationServerError} Any other answer. It says nothing about the login.
 * @throws {NetworkError} There was no answer within 30 seconds.
 */
export async function refreshTokens(
  tokens: TokenSet,
  {server, fetch, now, signal, refreshReason = 'proactive_expiry'}: RefreshOptions,
): Promise<TokenSet> {
  const url = new URL('/oauth/token', server.issuer)
  const answer = await post(
    url,
    {
      client_id: server.clientId,
      grant_type: 'refresh_token',
      refresh_reason: refreshReason,
      refresh_token: tokens.refreshToken,
    },
    {fetch, explain, ...(signal && {signal})},
  )
  const {status} = answer
  if (status === 200) {
    return parseTokenResponse(answer, {receivedAtMs: now(), previous: tokens, explain})
  }
  const reason = findReason(answer)
  if (reason) throw toLoginRequiredError(reason)
  // The token endpoint alone answers 403 to regions and networks that it does not serve.
  const hint = status === 403 ? ', which means a wrong region or a missing proxy' : ''
  const fact = `${url.host} answered with HTTP ${status}${hint}`
  throw new AuthorizationServerError(explain(fact), {status})
}

/** A proxy or a captive portal answers with these statuses too, but not with these codes. */
function findReason({status, body}: {readonly status: number; readonly body: unknown}) {
  const reason = REASONS.get(parseRefusal(body).code)
  const statuses = reason === 'deactivated' ? [400, 401, 402, 403] : [400, 401]
  return statuses.includes(status) ? reason : undefined
}

function explain(fact: string): string {
  return `Token refresh failed: ${fact}. Your login is kept; try again in a moment.`
}
