/**
 * Who asks the backend.
 *
 * @module
 */
import {answerDetail, answerError, answerUserDeactivated} from '../backend-answer.ts'
import type {SimulatedAccount} from '../state/simulated-account.ts'
import type {Exchange, Simulation} from '../state/simulation.ts'

/**
 * Finds the account of a backend request, or the backend's refusal.
 *
 * A client may leave `chatgpt-account-id` out, as the official one does when it does not know the
 * id. An id of another account is a 403 here, so that a client that mixes up two logins stands out:
 * after a 401 it would refresh, repeat, and hide its mistake.
 */
export async function authenticate(
  {request, record}: Exchange,
  {sessions}: Simulation,
): Promise<Response | SimulatedAccount> {
  const [, token] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (token === undefined) return answerDetail(401, 'Unauthorized')
  const check = await sessions.checkAccessToken(token)
  switch (check.kind) {
    case 'unreadable':
      return answerDetail(
        401,
        'Could not parse your authentication token. Please try signing in again.',
      )
    case 'expired':
      return answerTokenError('Provided authentication token is expired.', 'token_expired')
    case 'revoked':
      return answerTokenError(
        'Your authentication token has been invalidated.',
        'token_invalidated',
      )
    case 'accepted':
      break
  }
  const {account, isApp} = check.grant
  if (isApp) return answerDetail(401, 'Unauthorized')
  record.account = account.email
  if (account.userDeactivated) return answerUserDeactivated()
  return checkWorkspace(account, request.headers.get('chatgpt-account-id'))
}

function checkWorkspace(
  account: SimulatedAccount,
  accountId: string | null,
): Response | SimulatedAccount {
  if (accountId !== null && accountId !== account.accountId) {
    return answerDetail(403, 'chatgpt-account-id does not belong to this access token')
  }
  return account.deactivated ? answerDetail(402, {code: 'deactivated_workspace'}) : account
}

function answerTokenError(start: string, code: string): Response {
  const message = `${start} Please try signing in again.`
  return answerError(401, {message, code})
}
