/**
 * The token endpoint's answer, as OpenAI gives it.
 *
 * It is not RFC 6749 §5.1 to the letter: `token_type` and `expires_in` can be missing, and a refresh
 * leaves out the tokens that stay the same. So a conformant client library refuses it.
 *
 * @module
 */
import {AuthorizationServerError} from '../errors.ts'
import {isJsonObject, toJsonObject, toText, type JsonObject} from '../base/json-object.ts'
import {decodePayload} from '../base/jwt.ts'
import type {Answer} from './post.ts'
import {DEFAULT_LIFETIME_MS, type AppGrant, type TokenSet} from './token-set.ts'

/** The longest that a token is believed to live, in milliseconds. */
const MAX_LIFETIME_MS = 365 * 24 * 60 * 60_000

/** What a token can be made of: visible ASCII. No header carries anything else. */
const TOKEN = /^[!-~]+$/

/** How {@link parseTokenResponse} reads an answer. */
export interface TokenResponseOptions {
  /** The local clock when the answer came (milliseconds since the Unix epoch). */
  readonly receivedAtMs: number
  /** The client id of an app that logs in. Default: that of `previous`, if it is the login of an app. */
  readonly appClientId?: string
  /** The tokens that were refreshed. What the answer leaves out is taken from here. */
  readonly previous?: TokenSet
  /** Makes the sentence for the user from what went wrong. */
  readonly explain: (fact: string) => string
}

/**
 * Reads the tokens in a successful answer.
 *
 * @throws {AuthorizationServerError} It holds no token, or not enough for a login.
 */
export function parseTokenResponse(
  answer: Answer,
  {receivedAtMs, previous, appClientId = previous?.app?.clientId, explain}: TokenResponseOptions,
): TokenSet {
  const received = toJsonObject(answer.body)
  const accessToken = toToken(received['access_token'])
  const refreshToken = toToken(received['refresh_token'])
  const idToken = toToken(received['id_token'])
  const tokens = {
    ...previous,
    ...(accessToken !== undefined && {
      accessToken,
      expiresAtMs: toExpiresAtMs(accessToken, {expiresIn: received['expires_in'], receivedAtMs}),
    }),
    ...(refreshToken !== undefined && {refreshToken}),
    ...(idToken !== undefined && {idToken}),
    ...(appClientId !== undefined && {
      app: toGrant(appClientId, {received, accessToken, idToken, receivedAtMs}),
    }),
  }
  const isEmpty = (accessToken ?? refreshToken ?? idToken) === undefined
  if (isEmpty || !isComplete(tokens)) {
    throw new AuthorizationServerError(explain('the answer did not hold the expected tokens'), {
      status: answer.status,
      // A page of somebody in between is no sign of anything.
      isUncertain: isJsonObject(answer.body),
    })
  }
  return tokens
}

/** Servers also write `null` for a token that they leave out, and what is no token counts as left out too. */
function toToken(value: unknown): string | undefined {
  const token = toText(value)
  return token !== undefined && TOKEN.test(token) ? token : undefined
}

function isComplete(tokens: Partial<TokenSet>): tokens is TokenSet {
  return tokens.accessToken !== undefined && tokens.refreshToken !== undefined
}

/**
 * When a token that has just arrived stops working, by the local clock. A lifetime is worth more than
 * a point in time, because the local clock may be wrong.
 */
function toExpiresAtMs(
  accessToken: string,
  {expiresIn, receivedAtMs}: {readonly expiresIn: unknown; readonly receivedAtMs: number},
): number {
  const {exp, iat} = decodePayload(accessToken)
  const lifetime = typeof iat === 'number' && Number(exp) > iat ? Number(exp) - iat : undefined
  const seconds = parseSeconds(expiresIn) ?? lifetime
  if (seconds === undefined && typeof exp === 'number') return clamp(exp * 1000, receivedAtMs)
  return clamp(
    receivedAtMs + (seconds === undefined ? DEFAULT_LIFETIME_MS : seconds * 1000),
    receivedAtMs,
  )
}

/**
 * The server's clock may be another one than ours, so what counts is how long after its tokens came an app may refresh
 * them. Documented is that the field exists, and not its form: seconds and a date are both read.
 */
function toGrant(
  clientId: string,
  {accessToken, idToken, received, receivedAtMs}: ReceivedTokens,
): AppGrant {
  const earliestMs = toTimeMs(received['earliest_refresh_at'])
  if (earliestMs === undefined) return {clientId}
  const {iat = receivedAtMs / 1000} = {
    ...decodePayload(accessToken ?? ''),
    ...decodePayload(idToken ?? ''),
  }
  const waitMs = Math.max(0, earliestMs - iat * 1000)
  return {clientId, earliestRefreshAtMs: clamp(receivedAtMs + waitMs, receivedAtMs)}
}

interface ReceivedTokens {
  readonly received: JsonObject
  readonly accessToken: string | undefined
  readonly idToken: string | undefined
  readonly receivedAtMs: number
}

function toTimeMs(value: unknown): number | undefined {
  const seconds = parseSeconds(value)
  const timeMs = seconds === undefined ? Date.parse(toText(value) ?? '') : seconds * 1000
  return Number.isNaN(timeMs) ? undefined : timeMs
}

function clamp(timeMs: number, receivedAtMs: number): number {
  return Math.max(0, Math.min(timeMs, receivedAtMs + MAX_LIFETIME_MS))
}

/** A number of seconds, which some servers send as text; `undefined` when it makes no sense. */
function parseSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0
    ? seconds
    : undefined
}
