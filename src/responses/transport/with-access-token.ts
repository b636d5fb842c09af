/**
 * Asking with a token that the backend accepts.
 *
 * @module
 */
import {toRefusalKind} from '../../accounts/refusal-kind.ts'
import {BackendResponseError} from '../../errors.ts'
import type {Backend} from '../backend.ts'
import type {Caller} from './opened-answer.ts'

/** As the official CLI does it: first with the token that is stored by now, then with a new one. */
const MAX_RENEWALS = 2

/**
 * Makes an attempt that asks with an access token of the account, and again with another one when the backend rejects it,
 * whether it says so by a status or inside an answer.
 *
 * @returns An attempt that throws a `LoginRequiredError` when the login ended, else what `attempt` threw last.
 */
export function withAccessToken<Result>(
  attempt: (token: string) => Promise<Result>,
  {account, signal}: Omit<Caller, 'token'>,
  {accessTokens}: Pick<Backend, 'accessTokens'>,
): () => Promise<Result> {
  return async () => {
    const wait = signal ? {signal} : {}
    let token = await accessTokens.get(account.id, wait)
    for (let renewals = 0; ; renewals += 1) {
      try {
        return await attempt(token)
      } catch (error) {
        if (renewals >= MAX_RENEWALS || !isRejectedToken(error)) throw error
        const renewed = await accessTokens.renew(account.id, token, wait)
        if (renewed === token) throw error
        token = renewed
      }
    }
  }
}

function isRejectedToken(error: unknown): boolean {
  return error instanceof BackendResponseError && toRefusalKind(error.refusal) === 'login'
}
