/**
 * The menu behind the gear and the status bar.
 *
 * @module
 */
import {listAccounts} from '../accounts/account-list.ts'
import {COMMANDS, VENDOR_NAME} from '../names.ts'
import type {PanelOptions} from './panel-options.ts'

/** Lets the user choose what to do about the accounts. */
export async function showMenu({
  api,
  ...options
}: Pick<PanelOptions, 'api' | 'memory' | 'store'>): Promise<void> {
  const accounts = await listAccounts(options)
  const logIn = {label: '$(sign-in) Log in', command: COMMANDS.logIn}
  const another = {label: '$(key) Log in another way…', command: COMMANDS.logInAnotherWay}
  const importLogin = {label: '$(cloud-download) Import a login', command: COMMANDS.importLogin}
  const items =
    accounts.length === 0
      ? [logIn, another, importLogin]
      : [
          {label: '$(comment-discussion) Open the chat', command: COMMANDS.openChat},
          {label: '$(graph) Status and usage limits', command: COMMANDS.showStatus},
          {label: '$(arrow-swap) Switch account', command: COMMANDS.switchAccount},
          {label: '$(organization) Accounts', command: COMMANDS.manageAccounts},
          {label: '$(question) Why this account', command: COMMANDS.explainAccount},
          {...logIn, label: '$(add) Log in with another account'},
          another,
          importLogin,
          {label: '$(sign-out) Log out', command: COMMANDS.logOut},
        ]
  const last = [
    {label: '$(settings-gear) Settings', command: COMMANDS.openSettings},
    {label: '$(output) Show log', command: COMMANDS.showLog},
  ]
  const chosen = await api.window.showQuickPick([...items, ...last], {title: VENDOR_NAME})
  if (chosen) await api.commands.executeCommand(chosen.command)
}
