/**
 * Which account a user wants to go first.
 *
 * @module
 */
import type {AccountPool} from '../accounts/choice/account-pool.ts'
import type {AccountMemory} from '../storage/account-memory.ts'

/** What keeps the wish, and what has to follow it. */
export interface UseFirstOptions {
  readonly memory: Pick<AccountMemory, 'preferences'>
  readonly pool: Pick<AccountPool, 'forgetConversations'>
}

/**
 * Lets the account go first, in conversations that have begun as well.
 *
 * @param accountId `undefined` lets nobody in particular go first.
 */
export function useFirst(accountId: string | undefined, {memory, pool}: UseFirstOptions): void {
  memory.preferences.prefer(accountId)
  pool.forgetConversations()
}
