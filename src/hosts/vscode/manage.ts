/**
 * The commands that show something: the menu behind the gear and the status bar, and the status.
 *
 * @module
 */
import {describeAccount} from './account-text.ts'
import {COMMANDS} from './names.ts'
import type {UsageKeeper} from './usage-keeper.ts'
import type {VscodeApi} from './vscode-api.ts'

/** What of the editor's API is needed. */
export type ManageApi = Pick<VscodeApi, 'commands' | 'window'>

/** Lets the person choose what to do about their accounts. */
export async function showMenu(usage: UsageKeeper, api: ManageApi): Promise<void> {
  const lines = await usage.lines()
  const logIn = {label: '$(sign-in) Log in', command: COMMANDS.logIn}
  const another = {label: '$(key) Log in another way…', command: COMMANDS.logInAnotherWay}
  const items =
    lines.length === 0
      ? [logIn, another]
      : [
          {label: '$(graph) Status and limits', command: COMMANDS.showStatus},
          {label: '$(arrow-swap) Switch account', command: COMMANDS.switchAccount},
          {...logIn, label: '$(add) Log in with another account'},
          another,
          {label: '$(sign-out) Log out', command: COMMANDS.logOut},
        ]
  const showLog = {label: '$(output) Show log', command: COMMANDS.showLog}
  const title = 'OpenAI Codex (ChatGPT)'
  const chosen = await api.window.showQuickPick([...items, showLog], {title})
  if (chosen) await api.commands.executeCommand(chosen.command)
}

/** Shows who is logged in, and what is left. */
export async function showStatus(usage: UsageKeeper, api: ManageApi): Promise<void> {
  await usage.refresh()
  const lines = await usage.lines()
  if (lines.length === 0) {
    const logIn = 'Log In'
    const chosen = await api.window.showInformationMessage(
      'No ChatGPT account is logged in.',
      logIn,
    )
    if (chosen === logIn) await api.commands.executeCommand(COMMANDS.logIn)
    return
  }
  const text = lines.map(([account, limits]) => `${describeAccount(account, limits).join('; ')}.`)
  const isWorking = lines.some(([{loginRequired}]) => loginRequired === undefined)
  const show = isWorking ? api.window.showInformationMessage : api.window.showWarningMessage
  await show(text.join(' '))
}
