/**
 * Refresh token grant (RFC 6749 §6), as the official CLI sends it.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/auth/manager.rs}
 */
import {AuthorizationServerError, CodexError, type LoginRequiredReason} from '../errors.ts'
import {parseJson} from '../base/json-object.ts'
import type {TokenRequestOptions} from './token-request.ts'
import {toLoginRequiredError} from './login-required.ts'
import {post, type Answer} from './post.ts'
import {parseRefusal} from './refusal.ts'
import {DEFAULT_APP_API_URL, toAppEndpoint} from '../codex/endpoints.ts'
import {haveSameOwner} from './same-owner.ts'
import {parseTokenResponse} from './token-response.ts'
import type {TokenSet} from './token-set.ts'

/** Why new tokens are wanted, in the server's words. */
export type RefreshReason = 'proactive_expiry' | 'unauthorized_recovery'

/** How to refresh. */
export interface RefreshOptions extends TokenRequestOptions {
  readonly refreshReason?: RefreshReason
  /** Takes the text of an answer that may hold tokens, before anything else is done with it. */
  readonly keep?: (answer: string) => Promise<void>
}

/** The longest that an answer is waited for, in milliseconds: what was sent may not be sent again. */
const TIMEOUT_MS = 5 * 60_000

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
 * @throws {LoginRequiredError} The server refused the refresh token for good, or gave the tokens of somebody
 * else for it, or there is none.
 * @throws {AuthorizationServerError} Any other answer. It says nothing about the login.
 * @throws {NetworkError} There was no answer within five minutes. Unless the error says that this is certain, the
 * refresh token may be spent.
 */
export async function refreshTokens(
  tokens: TokenSet,
  {server, fetch, now, signal, keep, refreshReason = 'proactive_expiry'}: RefreshOptions,
): Promise<TokenSet> {
  if (tokens.refreshToken === '') throw toLoginRequiredError('expired')
  const {body, url} = toRequest(tokens, server, refreshReason)
  const answer = await post(url, body, {fetch, explain, timeoutMs: TIMEOUT_MS, signal, keep})
  const {status} = answer
  if (status >= 200 && status < 300) {
    return readTokens(answer, {receivedAtMs: now(), previous: tokens})
  }
  const reason = findReason(answer)
  if (reason) throw toLoginRequiredError(reason)
  // The token endpoint alone answers 403 to regions and networks that it does not serve.
  const hint = status === 403 ? ', which means a wrong region or a missing proxy' : ''
  const fact = `${url.host} answered with HTTP ${status}${hint}`
  throw new AuthorizationServerError(explain(fact), {status, isUncertain: isMaybeDone(status)})
}

/** Codex asks in JSON, and an app with a form (RFC 6749 §6) that names the API (RFC 8707 §2.2). */
function toRequest(
  {app, refreshToken}: TokenSet,
  {clientId, issuer}: RefreshOptions['server'],
  refreshReason: RefreshReason,
) {
  const grant = {client_id: app?.clientId ?? clientId, grant_type: 'refresh_token'}
  const spent = {refresh_token: refreshToken}
  if (!app) {
    const body = {...grant, refresh_reason: refreshReason, ...spent}
    return {url: new URL('/oauth/token', issuer), body}
  }
  const body = new URLSearchParams({...grant, ...spent, resource: DEFAULT_APP_API_URL})
  return {url: toAppEndpoint(issuer, 'oauth/token'), body}
}

/** What a successful answer was worth that somebody kept. */
export interface KeptAnswerOptions {
  /** The tokens that were refreshed. */
  readonly previous: TokenSet
  /** When it came (milliseconds since the Unix epoch). */
  readonly receivedAtMs: number
}

/** Reads the text of a successful answer again; `undefined` when there are no tokens in it, or somebody else's. */
export function readRefreshAnswer(
  answer: string,
  options: KeptAnswerOptions,
): TokenSet | undefined {
  try {
    return readTokens({status: 200, body: parseJson(answer)}, options)
  } catch (error) {
    if (error instanceof CodexError) return undefined
    throw error
  }
}

function readTokens(answer: Answer, options: KeptAnswerOptions): TokenSet {
  const {previous} = options
  const tokens = parseTokenResponse(answer, {...options, explain})
  if (haveSameOwner(previous, tokens)) return tokens
  throw toLoginRequiredError('other_account')
}

/** Whether the server, or one behind it, may have done its work before it failed. */
function isMaybeDone(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 503)
}

/** A proxy or a captive portal answers with these statuses too, but not with these codes. */
function findReason({status, body}: {readonly status: number; readonly body: unknown}) {
  const reason = REASONS.get(parseRefusal(body).code)
  const statuses = reason === 'deactivated' ? [400, 401, 402, 403] : [400, 401]
  return statuses.includes(status) ? reason : undefined
}

function explain(fact: string, isUncertain = false): string {
  const login = isUncertain ? 'Nobody knows whether the login was renewed' : 'Your login is kept'
  return `Token refresh failed: ${fact}. ${login}; try again in a moment.`
}
