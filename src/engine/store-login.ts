/**
 * Keeping a new login.
 *
 * @module
 */
import type {Account, AccountStore} from '../accounts/account.ts'
import type {AccountMemory} from '../storage/account-memory.ts'

/** Where the login is stored, and what is known of the one before. */
export interface StoreLoginOptions {
  readonly store: Pick<AccountStore, 'add'>
  readonly memory: Pick<AccountMemory, 'load' | 'rests' | 'usage'>
}

/**
 * Adds the account, or renews the one with the same id.
 *
 * @throws {StorageError} It could not be written.
 */
export async function storeLogin(
  account: Account,
  {store, memory}: StoreLoginOptions,
): Promise<void> {
  await memory.load()
  // What was said of the login before no longer counts: its plan may be another one.
  memory.usage.forget(account.id)
  memory.rests.release(account.id)
  await store.add(account)
}
