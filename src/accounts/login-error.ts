/**
 * The error for an account that cannot be used before a new login.
 *
 * @module
 */
import type {LoginRequiredError} from '../errors.ts'
import {toLoginRequiredError} from '../oauth/login-required.ts'
import {toAccountLabel, type Account} from './account.ts'

/** Says why a new login is needed: because there is no account, or what its mark tells. */
export function toLoginError(account: Account | undefined, cause?: unknown): LoginRequiredError {
  if (!account?.loginRequired) return toLoginRequiredError('not_connected')
  const {reason, ...facts} = account.loginRequired
  return toLoginRequiredError(reason, {label: toAccountLabel(account), ...facts, cause})
}

/**
 * The account, if its login works as far as is known.
 *
 * @throws {LoginRequiredError} There is no account, or only a new login helps.
 */
export function assertLoggedIn(account: Account | undefined): Account {
  if (!account || account.loginRequired) throw toLoginError(account)
  return account
}
