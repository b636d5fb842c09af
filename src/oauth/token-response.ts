/**
 * The token endpoint's answer, as OpenAI gives it.
 *
 * It is not RFC 6749 §5.1 to the letter: `token_type` and `expires_in` can be missing, and a refresh
 * leaves out the tokens that stay the same. So a conformant client library refuses it.
 *
 * @module
 */
import {AuthorizationServerError} from '../errors.ts'
import {toJsonObject, toText} from '../http/json-object.ts'
import {decodePayload} from '../http/jwt.ts'
import type {Answer} from './post.ts'
import type {TokenSet} from './token-set.ts'

/** How long a token lives that does not say: the official CLI's schedule for such tokens. */
const DEFAULT_LIFETIME_SECONDS = 8 * 24 * 60 * 60

/** How {@link parseTokenResponse} reads an answer. */
export interface TokenResponseOptions {
  /** The local clock when the answer came (milliseconds since the Unix epoch). */
  readonly receivedAtMs: number
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
  {receivedAtMs, previous, explain}: TokenResponseOptions,
): TokenSet {
  const received = toJsonObject(answer.body)
  // Servers also write `null` for a token that they leave out.
  const accessToken = toText(received['access_token'])
  const refreshToken = toText(received['refresh_token'])
  const idToken = toText(received['id_token'])
  const tokens = {
    ...previous,
    ...(accessToken !== undefined && {
      accessToken,
      expiresAtMs: toExpiresAtMs(accessToken, {expiresIn: received['expires_in'], receivedAtMs}),
    }),
    ...(refreshToken !== undefined && {refreshToken}),
    ...(idToken !== undefined && {idToken}),
  }
  const isEmpty = (accessToken ?? refreshToken ?? idToken) === undefined
  if (isEmpty || !isComplete(tokens)) {
    throw new AuthorizationServerError(explain('the answer did not hold the expected tokens'), {
      status: answer.status,
    })
  }
  return tokens
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
  const seconds = parseSeconds(expiresIn)
  if (seconds !== undefined) return receivedAtMs + seconds * 1000
  const {exp, iat} = decodePayload(accessToken)
  if (typeof exp !== 'number') return receivedAtMs + DEFAULT_LIFETIME_SECONDS * 1000
  if (typeof iat === 'number' && exp > iat) return receivedAtMs + (exp - iat) * 1000
  return exp * 1000
}

/** A number of seconds, which some servers send as text; `undefined` when it makes no sense. */
function parseSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0
    ? seconds
    : undefined
}
