/**
 * The locks of a store's accounts.
 *
 * @module
 */
import type {AccountStore} from './account.ts'
import {NO_JOURNAL, type RefreshJournal} from './refresh-journal.ts'

/** How one kind of store locks. */
export interface AccountLocksOptions<Holder> {
  /** Finds where the account's login is: a folder, another store. `undefined` when there is none. */
  readonly find: (id: string) => Promise<Holder | undefined>
  /** Runs `task` while it holds the lock there. */
  readonly hold: <Result>(
    holder: Holder,
    task: (journal: RefreshJournal) => Promise<Result>,
    id: string,
  ) => Promise<Result>
}

/** Locks accounts, and knows where. */
export interface AccountLocks<Holder> extends Pick<AccountStore, 'lock'> {
  /** Where the account is locked right now. Who spends its refresh token stores there what it was traded for. */
  holder(id: string): Holder | undefined
}

/** Creates the locks of a store. An account that is nowhere is locked by nobody, and has no journal. */
export function createAccountLocks<Holder>({
  find,
  hold,
}: AccountLocksOptions<Holder>): AccountLocks<Holder> {
  const holders = new Map<string, Holder>()
  return {
    holder: (id) => holders.get(id),
    async lock(id, task) {
      const holder = await find(id)
      if (holder === undefined) return task(NO_JOURNAL)
      return hold(
        holder,
        async (journal) => {
          // The login may be shared no more by the time its refresh ends.
          holders.set(id, holder)
          try {
            return await task(journal)
          } finally {
            holders.delete(id)
          }
        },
        id,
      )
    },
  }
}
