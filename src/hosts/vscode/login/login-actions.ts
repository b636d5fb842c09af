/**
 * The commands about accounts, with what the user gets to read.
 *
 * @module
 */
import type {AccountMemory} from '../../../storage/account-memory.ts'
import {toPlanName} from '../../../accounts/plan-name.ts'
import {
  toAccountLabel,
  withEnd,
  type Account,
  type AccountStore,
} from '../../../accounts/account.ts'
import {describeAccount, listAccounts} from '../accounts/account-list.ts'
import {explainFailure} from '../explain-error.ts'
import {createLogins, type Logins, type LoginsOptions} from './logins.ts'
import {logOut} from './log-out.ts'

/** Where accounts are kept, and how the user is asked and told. */
export interface LoginActionsOptions extends LoginsOptions {
  readonly store: AccountStore
  readonly memory: AccountMemory
  /** The account that is asked first from now on. */
  readonly prefer: (accountId: string) => void
}

/** What the user can do about accounts. None of the actions rejects: a message says what happened. */
export interface LoginActions extends Logins {
  /** Removes an account, chosen where there are several, and ends its login at the server. */
  logOut(): Promise<void>
  /** The same for a known account, without a question. */
  remove(accountId: string): Promise<void>
  /** Lets the user choose which account goes first. */
  switchAccount(): Promise<void>
}

/** Creates the actions. */
export function createLoginActions(options: LoginActionsOptions): LoginActions {
  const {api, log, store} = options
  const logins = createLogins(options)
  const attempt = async (task: () => Promise<void>) => {
    try {
      await task()
    } catch (error) {
      void api.window.showErrorMessage(explainFailure(error, log))
    }
  }
  return {
    ...logins,
    logOut: () =>
      attempt(async () => {
        const accounts = await store.list()
        if (accounts.length === 0) {
          void api.window.showInformationMessage('No ChatGPT account is logged in.')
          return
        }
        const chosen = await chooseAccounts(accounts, options)
        if (chosen.length > 0) await logOut(chosen, options)
      }),
    remove: (accountId) =>
      attempt(async () => {
        const account = await store.get(accountId)
        if (account) await logOut([account], options)
      }),
    switchAccount: () => attempt(() => switchAccount(options, logins)),
  }
}

async function chooseAccounts(
  accounts: readonly Account[],
  {api, memory}: LoginActionsOptions,
): Promise<readonly Account[]> {
  const all = {label: 'All accounts', description: '', accounts}
  const items = accounts.map((account) => ({
    ...toItem(withEnd(account, memory.now())),
    accounts: [account],
  }))
  const title = 'Which account do you want to log out?'
  const choices = accounts.length === 1 ? items : [...items, all]
  const chosen = await api.window.showQuickPick(choices, {title})
  return chosen?.accounts ?? []
}

function toItem(account: Account): {readonly label: string; readonly description: string} {
  const state = account.loginRequired ? ', log in again' : ''
  return {label: toAccountLabel(account), description: `${toPlanName(account.plan)}${state}`}
}

async function switchAccount(
  {api, prefer, store, memory}: LoginActionsOptions,
  logins: Logins,
): Promise<void> {
  const accounts = await listAccounts({store, memory})
  const another = {label: '$(add) Log in with another account', description: '', id: undefined}
  const items = accounts.map((known, index) => {
    const {label, description} = toItem(known.account)
    const note = index === 0 ? `${description}, goes first` : description
    return {label, description: note, detail: describeAccount(known), id: known.account.id}
  })
  const title = 'Which account should go first?'
  const chosen = await api.window.showQuickPick([...items, another], {title})
  if (!chosen) return
  if (chosen.id === undefined) {
    await logins.logIn()
    return
  }
  if (!(await store.get(chosen.id))) {
    void api.window.showInformationMessage(`${chosen.label} is no longer logged in.`)
    return
  }
  prefer(chosen.id)
  void api.window.showInformationMessage(
    `${chosen.label} goes first from now on. The others answer when it has reached its limit.`,
  )
}
