/**
 * `POST /oauth/token` and `POST /oauth/revoke`.
 *
 * @module
 */
import * as z from 'zod'
import {answerError, answerUserDeactivated} from '../backend-answer.ts'
import {parseJson} from '../parse-json.ts'
import type {IssuedTokens, RefreshRefusal} from '../state/session-book.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'

type Fields = Readonly<Record<string, string>>

/** Fields that a record of the request may show. */
const SHOWN_FIELDS = [
  'client_id',
  'grant_type',
  'redirect_uri',
  'refresh_reason',
  'resource',
  'token_type_hint',
]

/** What OpenAI says of a refresh token that it does not take. */
const REFRESH_REFUSALS: Readonly<
  Record<
    Exclude<RefreshRefusal, 'deactivated' | 'too_early'>,
    readonly [code: string, text: string]
  >
> = {
  expired: [
    'refresh_token_expired',
    'Your refresh token has expired. Please try signing in again.',
  ],
  other_client: ['invalid_client', 'The refresh token was issued to another client.'],
  reused: [
    'refresh_token_reused',
    'Your refresh token has already been used to generate a new access token. ' +
      'Please try signing in again.',
  ],
  revoked: [
    'refresh_token_invalidated',
    'Your refresh token has been invalidated. Please try signing in again.',
  ],
  unknown: ['invalid_refresh_token', 'Your refresh token is invalid. Please try signing in again.'],
}

/** Exchanges a code, or a refresh token, for tokens. Both forms of body are read. */
export async function answerToken(exchange: Exchange, simulation: Simulation): Promise<Response> {
  const fields = readFields(exchange)
  switch (fields['grant_type']) {
    case 'authorization_code':
      return exchangeCode(fields, exchange, simulation)
    case 'refresh_token':
      return refresh(fields, exchange, simulation)
    case undefined:
      return answerOAuthError('invalid_request', 'grant_type is missing.')
    default:
      return answerOAuthError('unsupported_grant_type', 'This grant_type is not available here.')
  }
}

/** Ends the session of a token. As RFC 7009 says, an unknown token is no error. */
export async function answerRevoke(exchange: Exchange, {sessions}: Simulation): Promise<Response> {
  const {token} = readFields(exchange)
  if (token === undefined) return answerOAuthError('invalid_request', 'token is missing.')
  await sessions.revoke(token)
  return Response.json({})
}

/** Exchanges an authorization code. */
export async function exchangeCode(
  fields: Fields,
  {record}: Exchange,
  simulation: Simulation,
): Promise<Response> {
  const outcome = simulation.codes.redeem({
    code: fields['code'] ?? '',
    clientId: fields['client_id'],
    redirectUri: fields['redirect_uri'],
    codeVerifier: fields['code_verifier'],
  })
  if (outcome.kind === 'refused') return answerOAuthError('invalid_grant', outcome.reason)
  record.outcome = 'exchanged'
  return answerTokens(await simulation.sessions.start(outcome.grant), simulation)
}

async function refresh(
  fields: Fields,
  {record}: Exchange,
  simulation: Simulation,
): Promise<Response> {
  const refreshToken = fields['refresh_token'] ?? ''
  record.account = simulation.sessions.findByRefreshToken(refreshToken)?.email
  const outcome = await simulation.sessions.refresh(refreshToken, fields['client_id'])
  if (outcome.kind === 'issued') {
    record.outcome = 'refreshed'
    return answerTokens(outcome.tokens, simulation)
  }
  record.outcome = outcome.reason
  if (outcome.reason === 'deactivated') return answerUserDeactivated()
  if (outcome.reason === 'too_early') return answerOAuthError('invalid_request', 'Too early.')
  const [code, message] = REFRESH_REFUSALS[outcome.reason]
  return answerError(401, {code, message})
}

/** Answers with tokens. */
export function answerTokens(tokens: IssuedTokens, {behaviour}: Simulation): Response {
  const {expires_in: expiresIn, ...others} = tokens
  const body = behaviour.sendsExpiresIn ? {...others, expires_in: expiresIn} : others
  return Response.json(body, {headers: {'cache-control': 'no-store'}})
}

/** Refuses as RFC 6749 §5.2 says. */
export function answerOAuthError(error: string, description: string): Response {
  return Response.json({error, error_description: description}, {status: 400})
}

/** Reads a form, or JSON. The record shows what is no secret. */
export function readFields({request, body, record}: Exchange): Fields {
  const isJson = request.headers.get('content-type')?.includes('json') ?? false
  const fields = Object.fromEntries(isJson ? readJsonFields(body) : readFormFields(body))
  record.body = Object.fromEntries(
    Object.entries(fields).filter(([name]) => SHOWN_FIELDS.includes(name)),
  )
  return fields
}

function readJsonFields(body: Uint8Array): (readonly [string, string])[] {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(body))
  return Object.entries(parsed.data ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
}

function readFormFields(body: Uint8Array): URLSearchParams {
  return new URLSearchParams(new TextDecoder().decode(body))
}
