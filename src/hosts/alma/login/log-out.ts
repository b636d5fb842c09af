/**
 * Logging out of one account, or of all.
 *
 * @module
 */
import {toAccountLabel, type Account} from '../../../accounts/account.ts'
import type {SharedAccountStore} from '../../../accounts/shared/shared-account-store.ts'
import type {AccountMemory} from '../../../storage/account-memory.ts'
import {logOut, type LogOutOptions as CommonOptions} from '../../../engine/log-out.ts'
import type {AlmaUi} from '../alma-api.ts'
import {pick} from '../pick.ts'

/** Where logins are kept, and how the user is asked and told. */
export interface LogOutOptions extends CommonOptions {
  readonly ui: AlmaUi
  /** Those of `store` that other programs use as well. */
  readonly shared: Pick<SharedAccountStore, 'update'>
  readonly memory: Pick<AccountMemory, 'links' | 'load'>
}

/** Lets the user pick one account, or all of them, and logs out of what was picked. */
export async function pickAndLogOut(options: LogOutOptions): Promise<void> {
  const accounts = await options.store.list()
  const picked = await pickAccounts(accounts, options.ui)
  if (picked) await logOutAndTell(picked, options)
}

/**
 * Logs out, and tells the user of which accounts.
 *
 * @throws {StorageError} A login could not be removed.
 */
export async function logOutAndTell(
  accounts: readonly Account[],
  options: LogOutOptions,
): Promise<void> {
  const {memory, shared, ui} = options
  const tell = (sentences: string) => ui.showNotification(sentences, {type: 'info'})
  if (accounts.length === 0) tell('No ChatGPT account is logged in.')
  const unlink = async (home: string) => {
    await memory.load()
    if (!memory.links.remove(home)) return false
    await shared.update()
    return true
  }
  await logOut(
    accounts,
    {...options, unlink},
    {
      async mayEnd(account) {
        const agreed = await ui.showConfirmDialog?.(
          `Other programs share the login of ${toAccountLabel(account)} in the folder ${account.home ?? ''}. Log out there as well?`,
          {title: 'Log out of ChatGPT', confirmLabel: 'Log out everywhere', type: 'danger'},
        )
        return agreed === true
      },
      tell,
    },
  )
}

/** @returns `undefined` when the user picked none. */
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
