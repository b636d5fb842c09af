/**
 * `POST /api/accounts/oauth/token` and `POST /api/accounts/oauth/revoke`, for apps. Both take forms only.
 *
 * @module
 */
import {answerUserDeactivated} from '../../backend-answer.ts'
import {answerOAuthError, answerTokens, exchangeCode, readFields} from '../token-endpoint.ts'
import {APP_RESOURCE} from './app-authorization-request.ts'
import type {Exchange, Simulation} from '../../state/simulation.ts'

/** Exchanges a code, or a refresh token, for tokens. */
export async function answerAppToken(
  exchange: Exchange,
  simulation: Simulation,
): Promise<Response> {
  const fields = readFields(exchange)
  if (!isForm(exchange)) return answerOAuthError('invalid_request', 'Send a form.')
  if (fields['resource'] !== APP_RESOURCE) {
    return answerOAuthError('invalid_target', `The parameter resource must be ${APP_RESOURCE}.`)
  }
  const {grant_type: type} = fields
  if (type === 'authorization_code') return exchangeCode(fields, exchange, simulation)
  if (type === 'refresh_token') return refresh(fields, exchange, simulation)
  return answerOAuthError('unsupported_grant_type', 'This grant_type is not available here.')
}

/** Ends the session of a token. */
export async function answerAppRevoke(
  exchange: Exchange,
  {sessions}: Simulation,
): Promise<Response> {
  const {token} = readFields(exchange)
  if (!isForm(exchange) || token === undefined) {
    return answerOAuthError('invalid_request', 'Send a form with a token.')
  }
  await sessions.revoke(token)
  return new Response(null, {status: 200})
}

async function refresh(
  fields: Readonly<Record<string, string>>,
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
  if (outcome.reason === 'too_early') {
    return answerOAuthError('invalid_request', 'It is before earliest_refresh_at.')
  }
  return answerOAuthError('invalid_grant', `The refresh token is ${outcome.reason}.`)
}

function isForm({request}: Exchange): boolean {
  return (request.headers.get('content-type') ?? '').startsWith('application/x-www-form-urlencoded')
}
