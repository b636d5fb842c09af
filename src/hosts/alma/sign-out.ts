/**
 * Signing out: of one account, or of all.
 *
 * @module
 */
import {toAccountLabel, type Account, type AccountStore} from '../../accounts/account.ts'
import type {Log} from '../../http/log.ts'
import type {TokenRequestOptions} from '../../oauth/authorization-server.ts'
import type {AccountMemory} from '../../storage/account-memory.ts'
import type {AlmaUi} from './alma-api.ts'
import {pick} from './pick.ts'
import type {SharedAccountStore} from '../../accounts/shared-account-store.ts'

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

/** What became of the logins. */
interface SignedOut {
  /** No longer good, anywhere. */
  readonly ended: readonly Account[]
  /** No longer used here; another program still does. */
  readonly unlinked: readonly Account[]
}

/**
 * Removes accounts and ends their logins at the authorization server. It forgets first and revokes
 * after: a logout must not depend on the network. Logins that other programs use as well stay, unless
 * the user agrees to end them there too; one that is only used where it is, is no longer used here.
 */
async function signOut(
  accounts: readonly Account[],
  {ui, store, shared, memory, log, tokenRequest}: SignOutOptions,
): Promise<SignedOut> {
  await memory.load()
  const ended: Account[] = []
  const unlinked: Account[] = []
  const logins = [...accounts]
  /* oxlint-disable no-await-in-loop -- each login asks, or rewrites the list of accounts */
  for (const account of logins) {
    const {home, id} = account
    if (home !== undefined && memory.links.remove(home)) {
      await shared.refresh()
      unlinked.push(account)
    } else if (home === undefined || (await mayEnd(account, ui))) {
      await store.remove(id)
      ended.push(account)
    } else continue
    // Behind a login of our own, there may be one of the same account that others use as well.
    const other = await store.get(id)
    if (other && other.home !== home) logins.push(other)
  }
  /* oxlint-enable no-await-in-loop */
  const {revokeTokens} = await import('../../oauth/revoke.ts')
  const revoked = await Promise.all(ended.map(({tokens}) => revokeTokens(tokens, tokenRequest)))
  if (revoked.includes(false)) {
    log.warn('A login could not be revoked at the server; it will expire')
  }
  return {ended, unlinked}
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
  const {ended, unlinked} = await signOut(accounts, options)
  const left = await options.store.list()
  const kept = left.filter(({id}) => accounts.some((account) => account.id === id))
  const gone = ended.filter(({id}) => !left.some((account) => account.id === id))
  const sentences = [
    ...(accounts.length === 0 ? ['No ChatGPT account was connected.'] : []),
    ...(gone.length > 0 ? [`Signed out of ${toLabels(gone)}.`] : []),
    ...unlinked.map(
      (account) =>
        `${toAccountLabel(account)} is no longer used here, and stays signed in in ${account.home ?? ''}.`,
    ),
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
  return pick<readonly Account[]>(ui, [...single, all], {
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
  return [...new Set(accounts.map(toAccountLabel))].join(', ')
}
