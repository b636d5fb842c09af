/**
 * Asking as one account, until it answers or cannot.
 *
 * @module
 */
import type {AccountAttempt} from '../accounts/choice/account-pool.ts'
import {BackendResponseError} from '../errors.ts'
import {createAttempt, type BegunAnswer} from './ask-once.ts'
import type {Backend} from './backend.ts'
import type {RequestSource} from './request-source.ts'
import {withRetries} from './retry.ts'
import {withAccessToken} from './transport/with-access-token.ts'

/** What is asked, and how to stop. */
export interface Asking {
  readonly source: RequestSource
  readonly signal: AbortSignal | undefined
}

/**
 * Makes what the pool runs with one account after another. Reasoning that was made for another account is left out.
 */
export function createAccountAsker(
  {source, signal}: Asking,
  backend: Backend,
): (attempt: AccountAttempt) => Promise<BegunAnswer> {
  const {delay, log, now, random, retryPolicy} = backend
  const options = {delay, log, now, random, retryPolicy, signal}
  return async ({account, hasForeignReasoning}) => {
    const caller = {account, signal}
    const toTry = (isNeutral: boolean) =>
      withAccessToken(createAttempt({source, isNeutral, ...caller}, backend), caller, backend)
    return leaveOutForeign(hasForeignReasoning, (isNeutral) =>
      withRetries(toTry(isNeutral), options),
    )
  }
}

/**
 * Asks without reasoning that the account cannot read: from the start where another one has answered before, else when
 * the backend says so.
 *
 * @param ask Is told whether to leave out reasoning that nobody knows the account of.
 */
export async function leaveOutForeign<Result>(
  hasForeignReasoning: boolean,
  ask: (isNeutral: boolean) => Promise<Result>,
): Promise<Result> {
  try {
    return await ask(hasForeignReasoning)
  } catch (error) {
    if (hasForeignReasoning || !isForeignReasoning(error)) throw error
    return await ask(true)
  }
}

/** Encrypted reasoning can be read only in the organisation of the account that it was made for. */
function isForeignReasoning(error: unknown): boolean {
  return error instanceof BackendResponseError && error.refusal.code === 'invalid_encrypted_content'
}
