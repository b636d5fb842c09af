/**
 * The commands about accounts, with what the person gets to read.
 *
 * @module
 */
import type {AccountMemory} from '../../../storage/account-memory.ts'
import {toPlanName} from '../../../accounts/account-title.ts'
import {toAccountLabel, type Account, type AccountStore} from '../../../accounts/account.ts'
import {listAccounts} from '../accounts/account-list.ts'
import {explainFailure} from '../explain-error.ts'
import {createLogins, type Logins, type LoginsOptions} from './logins.ts'
import {logOut} from './log-out.ts'

/** What the actions need from outside. */
export interface LoginActionsOptions extends LoginsOptions {
  readonly store: AccountStore
  readonly memory: AccountMemory
  /** The account that is asked first from now on. */
  readonly prefer: (accountId: string) => void
}

/** The actions. None of them rejects: a message says what happened. */
export interface LoginActions extends Logins {
  /** Removes an account, chosen where there are several, and ends its login at the server. */
  logOut(): Promise<void>
  /** The same for a known account, without a question. */
  remove(accountId: string): Promise<void>
  /** Lets the person choose who is asked first. */
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
  {api}: LoginActionsOptions,
): Promise<readonly Account[]> {
  if (accounts.length === 1) return accounts
  const everybody = {label: 'All accounts', description: '', accounts}
  const items = accounts.map((account) => ({...toItem(account), accounts: [account]}))
  const title = 'Which account do you want to log out?'
  const chosen = await api.window.showQuickPick([...items, everybody], {title})
  return chosen?.accounts ?? []
}

function toItem(account: Account): {readonly label: string; readonly description: string} {
  const state = account.loginRequired ? ', has to log in again' : ''
  return {label: toAccountLabel(account), description: `${toPlanName(account.plan)}${state}`}
}

async function switchAccount(
  {api, prefer, store, memory}: LoginActionsOptions,
  logins: Logins,
): Promise<void> {
  const accounts = await listAccounts({store, memory})
  const another = {label: '$(add) Log in with another account', description: '', id: undefined}
  const items = accounts.map(({account}, index) => {
    const {label, description} = toItem(account)
    const note = index === 0 ? `${description}, asked first` : description
    return {label, description: note, id: account.id}
  })
  const title = 'Which account is asked first?'
  const chosen = await api.window.showQuickPick([...items, another], {title})
  if (!chosen) return
  if (chosen.id === undefined) {
    await logins.logIn()
    return
  }
  if (!(await store.get(chosen.id))) {
    void api.window.showInformationMessage(`${chosen.label} is not logged in any more.`)
    return
  }
  prefer(chosen.id)
  void api.window.showInformationMessage(
    `${chosen.label} is asked first from now on. The others answer when its limit is reached.`,
  )
}
