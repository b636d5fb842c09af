/**
 * The commands that show something: the menu behind the gear and the status bar, and the status.
 *
 * @module
 */
import {describeAccount, listAccounts, type AccountListOptions} from './account-list.ts'
import {COMMANDS, VENDOR_NAME} from '../names.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** The accounts, and the editor's dialogs. */
export interface ManageOptions extends AccountListOptions {
  readonly api: Pick<VscodeApi, 'commands' | 'window'>
  /** Asks for what is left of every account. */
  readonly reloadUsage: () => Promise<void>
}

/** Lets the user choose what to do about the accounts. */
export async function showMenu({api, ...options}: ManageOptions): Promise<void> {
  const accounts = await listAccounts(options)
  const logIn = {label: '$(sign-in) Log in', command: COMMANDS.logIn}
  const another = {label: '$(key) Log in another way…', command: COMMANDS.logInAnotherWay}
  const items =
    accounts.length === 0
      ? [logIn, another]
      : [
          {label: '$(graph) Status and usage limits', command: COMMANDS.showStatus},
          {label: '$(arrow-swap) Switch account', command: COMMANDS.switchAccount},
          {...logIn, label: '$(add) Log in with another account'},
          another,
          {label: '$(sign-out) Log out', command: COMMANDS.logOut},
        ]
  const showLog = {label: '$(output) Show log', command: COMMANDS.showLog}
  const chosen = await api.window.showQuickPick([...items, showLog], {title: VENDOR_NAME})
  if (chosen) await api.commands.executeCommand(chosen.command)
}

/** Shows who is logged in, and what is left. */
export async function showStatus({api, reloadUsage, ...options}: ManageOptions): Promise<void> {
  const reloaded = reloadUsage()
  api.window.setStatusBarMessage('$(sync~spin) Codex: reloading the usage', reloaded)
  await reloaded
  const accounts = await listAccounts(options)
  if (accounts.length === 0) {
    const logIn = 'Log In'
    const chosen = await api.window.showInformationMessage(
      'No ChatGPT account is logged in.',
      logIn,
    )
    if (chosen === logIn) await api.commands.executeCommand(COMMANDS.logIn)
    return
  }
  const text = accounts.map((known) => `${describeAccount(known)}.`).join(' ')
  const isWorking = accounts.some(({account}) => account.loginRequired === undefined)
  void (isWorking ? api.window.showInformationMessage(text) : api.window.showWarningMessage(text))
}
