/**
 * Signing out.
 *
 * @module
 */
import {toAccountLabel, type Account, type AccountStore} from '../../accounts/account.ts'
import type {Log} from '../../http/log.ts'
import type {TokenRequestOptions} from '../../oauth/authorization-server.ts'
import type {VscodeApi} from './vscode-api.ts'

/** What {@link signOut} needs from outside. */
export interface SignOutOptions {
  readonly api: Pick<VscodeApi, 'window'>
  readonly store: AccountStore
  readonly log: Log
  readonly tokenRequest: TokenRequestOptions
}

/**
 * Removes accounts, ends their logins at the server, and says so. It forgets first and revokes after: a
 * logout must not depend on the network. Logins that other programs use as well stay, unless the person
 * agrees to end them there too.
 */
export async function signOut(
  accounts: readonly Account[],
  {api, store, log, tokenRequest}: SignOutOptions,
): Promise<void> {
  const ended: Account[] = []
  const logins = [...accounts]
  /* oxlint-disable no-await-in-loop -- each login asks, or rewrites the list of accounts */
  for (const account of logins) {
    if (account.home !== undefined && !(await mayEnd(account, api))) continue
    await store.remove(account.id)
    ended.push(account)
    // Behind a login of our own, there may be one of the same account that others use as well.
    const other = await store.get(account.id)
    if (other && other.home !== account.home) logins.push(other)
  }
  /* oxlint-enable no-await-in-loop */
  const left = await store.list()
  const isLeft = ({id}: Account) => left.some((account) => account.id === id)
  const gone = ended.filter((account) => !isLeft(account))
  const kept = accounts.filter(isLeft)
  const sentences = [
    ...(gone.length > 0 ? [`Logged out of ${toLabels(gone)}.`] : []),
    ...(kept.length > 0 ? [`Other programs go on sharing their login of ${toLabels(kept)}.`] : []),
  ]
  void api.window.showInformationMessage(sentences.join(' '))
  const {revokeTokens} = await import('../../oauth/revoke.ts')
  const revoked = await Promise.all(ended.map(({tokens}) => revokeTokens(tokens, tokenRequest)))
  if (revoked.includes(false)) {
    log.warn('A login could not be revoked at the server; it will expire')
  }
}

async function mayEnd(account: Account, {window}: SignOutOptions['api']): Promise<boolean> {
  const keep = {label: 'Keep it', detail: 'It is used here as well, as before.', agrees: false}
  const end = {label: 'Log out everywhere', detail: account.home ?? '', agrees: true}
  const title = `Other programs share the login of ${toAccountLabel(account)}. Log out there as well?`
  const chosen = await window.showQuickPick([keep, end], {title})
  return chosen?.agrees === true
}

function toLabels(accounts: readonly Account[]): string {
  return [...new Set(accounts.map(toAccountLabel))].join(', ')
}
