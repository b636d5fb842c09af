/**
 * The accounts, with all that is known about them.
 *
 * @module
 */
import {withEnd, type Account, type AccountStore} from '../accounts/account.ts'
import type {KnownAccount} from '../accounts/choice/describe-account.ts'
import type {AccountMemory} from '../storage/account-memory.ts'

/** Where the accounts are, and what is known of them. */
export interface KnownAccountsOptions {
  readonly store: Pick<AccountStore, 'list'>
  readonly memory: Pick<AccountMemory, 'load' | 'now' | 'preferences' | 'rests' | 'usage'>
}

/** Every account, in the order of the store. */
export async function listKnownAccounts({
  store,
  memory,
}: KnownAccountsOptions): Promise<readonly KnownAccount[]> {
  const [accounts] = await Promise.all([store.list(), memory.load()])
  return toKnownAccounts(accounts, memory)
}

/** The same, without waiting: the accounts are there, and the memory is loaded. */
export function toKnownAccounts(
  accounts: readonly Account[],
  memory: Omit<KnownAccountsOptions['memory'], 'load'>,
): readonly KnownAccount[] {
  return accounts.map((account) => ({
    account: withEnd(account, memory.now()),
    preference: memory.preferences.of(account.id),
    usage: memory.usage.get(account.id),
    rest: memory.rests.get(account.id),
  }))
}
