/**
 * Logging in with a code that is typed on another device, as OpenAI's authorization server does it.
 *
 * It is not RFC 8628: polling answers with an authorization code and its verifier, not with tokens,
 * and "not yet" is a 403 or 404 whatever the body says.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/device_code_auth.rs}
 */
import {
  AuthorizationServerError,
  LoginFailedError,
  NetworkError,
  type LoginFailedReason,
} from '../errors.ts'
import {toJsonObject, toText, type JsonObject} from '../base/json-object.ts'
import {exchangeAuthorizationCode, LOGIN_TIMEOUT_MS} from './authorization-code.ts'
import type {TokenRequestOptions} from './token-request.ts'
import {post, type Answer} from './post.ts'
import {parseRefusal} from './refusal.ts'
import type {TokenSet} from './token-set.ts'

/** Where the server names no interval, or none that makes sense. */
const DEFAULT_INTERVAL_SECONDS = 5

/** How much longer to wait once the server finds us too fast (RFC 8628 §3.5), in milliseconds. */
const SLOW_DOWN_MS = 5000

/** Codes of a 403 or 404 that end the login, and why. Any other means: not yet. */
const ENDINGS: ReadonlyMap<string | undefined, LoginFailedReason> = new Map([
  ['access_denied', 'refused'],
  ['deviceauth_expired', 'expired'],
  ['expired_token', 'expired'],
])

/** The longest that a code is believed to live, in milliseconds. */
const MAX_LIFETIME_MS = 60 * 60_000

/** A login that waits for its user. */
export interface DeviceLogin {
  readonly deviceAuthId: string
  /** What the user types, for example `ABCD-12345`. */
  readonly userCode: string
  /** Where the user types it. */
  readonly url: URL
  /** Least wait between two polls, in milliseconds. */
  readonly intervalMs: number
  /** When the server says so, else in 15 minutes; by the local clock (milliseconds since the Unix epoch). */
  readonly expiresAtMs: number
}

/** How to ask whether the user has typed the code. */
export interface DevicePollOptions extends TokenRequestOptions {
  /** Waits; rejects with `signal.reason` when aborted. */
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

/**
 * Starts a login.
 *
 * @throws {LoginFailedError} The server has no such login, or refuses it.
 * @throws {AuthorizationServerError} The answer cannot be used.
 * @throws {NetworkError} There was no answer within 30 seconds.
 */
export async function startDeviceLogin(options: TokenRequestOptions): Promise<DeviceLogin> {
  const {server, now} = options
  const url = new URL('/api/accounts/deviceauth/usercode', server.issuer)
  const answer = await post(url, {client_id: server.clientId}, {...options, explain})
  if (answer.status === 404) {
    const fact = `${url.host} has no login with a code`
    throw new LoginFailedError(explain(fact), {reason: 'not_offered'})
  }
  const body = toJsonObject(answer.body)
  const deviceAuthId = toText(body['device_auth_id'])
  const userCode = toText(body['user_code']) ?? toText(body['usercode'])
  if (answer.status !== 200 || !deviceAuthId || !userCode) throw toServerError(url, answer)
  const seconds = Number(body['interval'] ?? Number.NaN)
  return {
    deviceAuthId,
    userCode,
    url: new URL('/codex/device', server.issuer),
    intervalMs: 1000 * (seconds > 0 && seconds <= 60 ? seconds : DEFAULT_INTERVAL_SECONDS),
    expiresAtMs: now() + (readLifetimeMs(body, now()) ?? LOGIN_TIMEOUT_MS),
  }
}

/** How long the code lives, if the server says so. What makes no sense comes from a clock that is wrong. */
function readLifetimeMs(body: JsonObject, nowMs: number): number | undefined {
  const lifetimeMs =
    1000 * Number(body['expires_in'] ?? NaN) || Date.parse(toText(body['expires_at']) ?? '') - nowMs
  return lifetimeMs > 0 && lifetimeMs <= MAX_LIFETIME_MS ? lifetimeMs : undefined
}

/**
 * Waits until the user has typed the code, and trades it for tokens.
 *
 * @throws {LoginFailedError} The user refused, or the code became too old.
 * @throws {AuthorizationServerError} The server gave an answer that cannot be used.
 * @throws {NetworkError} The code was typed, and the tokens could not be fetched.
 * @throws The signal's reason, when it is aborted.
 */
export async function waitForDeviceTokens(
  login: DeviceLogin,
  options: DevicePollOptions,
): Promise<TokenSet> {
  const {server, now, delay, signal} = options
  let {intervalMs} = login
  while (now() < login.expiresAtMs) {
    const state = await poll(login, options)
    if (state.kind === 'approved') {
      const {code, codeVerifier} = state
      const redirectUri = new URL('/deviceauth/callback', server.issuer).href
      return exchangeAuthorizationCode({code, codeVerifier, redirectUri}, options)
    }
    if (state.kind === 'too fast') intervalMs += SLOW_DOWN_MS
    await delay(Math.min(intervalMs, Math.max(0, login.expiresAtMs - now())), signal)
  }
  throw new LoginFailedError(explain('the code was not typed in time'), {reason: 'expired'})
}

type PollState =
  | {readonly kind: 'approved'; readonly code: string; readonly codeVerifier: string}
  | {readonly kind: 'pending' | 'too fast'}

async function poll(login: DeviceLogin, options: DevicePollOptions): Promise<PollState> {
  const url = new URL('/api/accounts/deviceauth/token', options.server.issuer)
  let answer
  try {
    const question = {device_auth_id: login.deviceAuthId, user_code: login.userCode}
    answer = await post(url, question, {...options, explain})
  } catch (error) {
    // A laptop that changes its network must not lose the login.
    if (error instanceof NetworkError) return {kind: 'pending'}
    throw error
  }
  return readPoll(url, answer)
}

function readPoll(url: URL, answer: Answer): PollState {
  const {status} = answer
  const body = toJsonObject(answer.body)
  const code = toText(body['authorization_code'])
  const codeVerifier = toText(body['code_verifier'])
  if (status === 200 && code && codeVerifier) return {kind: 'approved', code, codeVerifier}
  const refusal = parseRefusal(answer.body).code
  if (status === 429 || refusal === 'slow_down') return {kind: 'too fast'}
  const ending = ENDINGS.get(refusal)
  if (ending !== undefined) {
    const fact = ending === 'refused' ? 'it was refused in the browser' : 'its code is too old'
    throw new LoginFailedError(explain(fact), {reason: ending})
  }
  if (status === 403 || status === 404 || status >= 500) return {kind: 'pending'}
  throw toServerError(url, answer)
}

function toServerError(url: URL, {status}: Answer): AuthorizationServerError {
  const fact = `${url.host} gave no usable answer (HTTP ${status})`
  return new AuthorizationServerError(explain(fact), {status})
}

function explain(fact: string): string {
  return `Login failed: ${fact}.`
}
