/**
 * Which login answers a request.
 *
 * @module
 */
import {toLoginRequiredError} from '../oauth/login-required.ts'
import type {Account, AccountStore} from './account.ts'

/**
 * The first account, in the store's order, whose login still works.
 *
 * @throws {LoginRequiredError} There is none.
 */
export async function chooseAccount(store: AccountStore): Promise<Account> {
  const accounts = await store.list()
  const account = accounts.find(({loginRequired}) => loginRequired === undefined)
  if (account) return account
  throw toLoginRequiredError(accounts[0]?.loginRequired?.reason ?? 'not_connected')
}

/** How a person recognises the account: its email, or the beginning of its id. */
export function toAccountLabel({id, email}: Pick<Account, 'email' | 'id'>): string {
  return email ?? id.slice(0, 8)
}
