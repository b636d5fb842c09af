/**
 * Signing out: of one account, or of all.
 *
 * @module
 */
import {toAccountLabel, type Account, type AccountStore} from '../../accounts/account.ts'
import type {Log} from '../../http/log.ts'
import type {TokenRequestOptions} from '../../oauth/authorization-server.ts'
import type {AccountMemory} from './account-memory.ts'
import type {AlmaUi} from './alma-api.ts'
import type {SharedAccountStore} from './shared-account-store.ts'

/** What signing out needs from outside. */
export interface SignOutOptions {
  readonly ui: AlmaUi
  readonly store: AccountStore
  /** Those of `store` that other programs use as well. */
  readonly shared: Pick<SharedAccountStore, 'refresh'>
  readonly memory: Pick<AccountMemory, 'links' | 'load'>
  readonly log: Log
  readonly tokenRequest: TokenRequestOptions
}

/**
 * Removes accounts and ends their logins at the authorization server. It forgets first and revokes
 * after: a logout must not depend on the network. Logins that other programs use as well stay, unless
 * the user agrees to end them there too; one that is only used where it is, is no longer used here.
 *
 * @returns The accounts that are gone.
 */
export async function signOut(
  accounts: readonly Account[],
  options: SignOutOptions,
): Promise<readonly Account[]> {
  const {store, shared, memory, log, tokenRequest} = options
  await memory.load()
  const gone: Account[] = []
  const ended: Account[] = []
  for (const account of accounts) {
    const {home, id} = account
    const isLinked = home !== undefined && memory.links.list().includes(home)
    // One after the other, because each of them asks, or rewrites the list of accounts.
    // oxlint-disable-next-line no-await-in-loop
    if (home !== undefined && !isLinked && !(await mayEnd(account, options.ui))) continue
    if (isLinked) memory.links.remove(home)
    else ended.push(account)
    // oxlint-disable-next-line no-await-in-loop
    await (isLinked ? shared.refresh() : store.remove(id))
    gone.push(account)
  }
  const {revokeTokens} = await import('../../oauth/revoke.ts')
  const revoked = await Promise.all(ended.map(({tokens}) => revokeTokens(tokens, tokenRequest)))
  if (revoked.includes(false)) {
    log.warn('A login could not be revoked at the server; it will expire')
  }
  return gone
}

/** Lets the user pick one account, or all of them, and signs out of what was picked. */
export async function pickAndSignOut(options: SignOutOptions): Promise<void> {
  const accounts = await options.store.list()
  const picked = await pickAccounts(accounts, options.ui)
  if (picked) await signOutAndTell(picked, options)
}

/** Signs out and says of whom. */
export async function signOutAndTell(
  accounts: readonly Account[],
  options: SignOutOptions,
): Promise<void> {
  const gone = await signOut(accounts, options)
  const kept = accounts.filter((account) => !gone.includes(account))
  const sentences = [
    ...(accounts.length === 0 ? ['No ChatGPT account was connected.'] : []),
    ...(gone.length > 0 ? [`Signed out of ${toLabels(gone)}.`] : []),
    ...(kept.length > 0 ? [`Other programs go on sharing their login of ${toLabels(kept)}.`] : []),
  ]
  options.ui.showNotification(sentences.join(' '), {type: 'info'})
}

/** @returns `undefined` when the user picked nobody. */
async function pickAccounts(
  accounts: readonly Account[],
  ui: AlmaUi,
): Promise<readonly Account[] | undefined> {
  if (accounts.length < 2 || !ui.showQuickPick) return accounts
  const all = {label: 'All accounts', value: accounts}
  const single = accounts.map((account) => ({
    label: toAccountLabel(account),
    ...(account.plan !== undefined && {description: account.plan}),
    value: [account],
  }))
  return ui.showQuickPick<readonly Account[]>([...single, all], {
    title: 'Log out of ChatGPT',
    placeholder: 'Which account?',
  })
}

async function mayEnd(account: Account, ui: AlmaUi): Promise<boolean> {
  const agreed = await ui.showConfirmDialog?.(
    `Other programs share the login of ${toAccountLabel(account)} in the folder ${account.home ?? ''}. Sign out there as well?`,
    {title: 'Log out of ChatGPT', confirmLabel: 'Sign out everywhere', type: 'danger'},
  )
  return agreed === true
}

function toLabels(accounts: readonly Account[]): string {
  return accounts.map(toAccountLabel).join(', ')
}
