/**
 * Who asks the API with a token of "Sign in with ChatGPT".
 *
 * @module
 */
import {answerError, answerUserDeactivated} from '../backend-answer.ts'
import {PLAN_USE_SCOPE} from '../auth/app/app-authorization-request.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'

/** Headers of Codex clients, which an app has no business to send. */
const FOREIGN_HEADERS = [
  'chatgpt-account-id',
  'cookie',
  'originator',
  'version',
  'x-codex-turn-state',
  'x-openai-internal-codex-responses-lite',
]

/** An app that may ask. */
export interface AskingApp {
  readonly account: SimulatedAccount
  readonly clientId: string
}

/** Finds who asks, or says why nobody is answered. */
export async function authenticateApp(
  {request, record}: Exchange,
  {sessions}: Simulation,
): Promise<AskingApp | Response> {
  const foreign = FOREIGN_HEADERS.find((name) => request.headers.has(name))
  if (foreign !== undefined) {
    const message = `The header ${foreign} does not belong here.`
    return answerError(400, {message, code: 'invalid_header'})
  }
  const [, token] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const check = token === undefined ? undefined : await sessions.checkAccessToken(token)
  if (check?.kind !== 'accepted' || !check.grant.isApp) {
    const code = check?.kind === 'expired' ? 'token_expired' : 'invalid_token'
    return answerError(401, {message: 'The access token is not accepted.', code})
  }
  const {account, clientId, scope} = check.grant
  record.account = account.email
  if (account.userDeactivated) return answerUserDeactivated()
  if (!scope.split(' ').includes(PLAN_USE_SCOPE)) {
    const message = `The access token lacks the scope ${PLAN_USE_SCOPE}.`
    return answerError(403, {message, code: 'insufficient_scope'})
  }
  return {account, clientId}
}
