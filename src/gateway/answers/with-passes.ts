/**
 * Going through the accounts once more when the backend could not answer for now.
 *
 * @module
 */
import type {AccountPool} from '../../accounts/choice/account-pool.ts'
import {toRefusalKind} from '../../accounts/refusal-kind.ts'
import {BackendResponseError, NetworkError} from '../../errors.ts'

/**
 * A pool whose requests go through its accounts again, so many times at most. A limit does not pass so soon, and what
 * may have been heard is not asked again.
 */
export function withPasses(pool: AccountPool, maxRetryPasses: number): AccountPool {
  return {
    async run(conversationId, attempt, request) {
      for (let pass = 0; ; pass += 1) {
        try {
          return await pool.run(conversationId, attempt, request)
        } catch (error) {
          if (pass >= maxRetryPasses || !mayPass(error)) throw error
        }
      }
    },
    lastChoices: () => pool.lastChoices(),
    forgetConversations: () => pool.forgetConversations(),
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof NetworkError) return !error.isUncertain
  return error instanceof BackendResponseError && toRefusalKind(error.refusal) === 'busy'
}
