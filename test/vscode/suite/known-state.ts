/**
 * Where a story begins, whatever the one before has left.
 *
 * @module
 */
import * as vscode from 'vscode'
import {act, control, logIn, selectModels, until, VENDOR} from './editor.ts'

const EMAILS = ['you@example.com', 'other@example.com']

/** How full the limits of the accounts are where no story says anything else, in percent. */
const USED_PERCENT = 5

/** Changes a setting of the extension; `undefined` takes it back. */
export async function setting(name: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('openaiCodex')
  await configuration.update(name, value, vscode.ConfigurationTarget.Global)
}

/** Fills the short limit of an account. @param resetAfterSeconds From now; default: as it was. */
export async function useLimit(
  email: string,
  usedPercent: number,
  resetAfterSeconds?: number,
): Promise<void> {
  const change = {email, primary: {usedPercent, ...(resetAfterSeconds && {resetAfterSeconds})}}
  await control('accounts', {method: 'PATCH', body: JSON.stringify(change)})
}

/** Logs in as these, and as nobody else. Nothing happens where that is so. */
export async function loggedInAs(...emails: readonly string[]): Promise<void> {
  const labels = (await vscode.authentication.getAccounts(VENDOR)).map(({label}) => label)
  const isSo =
    labels.length === emails.length &&
    emails.every((email) => labels.some((label) => label.startsWith(`${email} `)))
  if (isSo) return
  await logOutOfAll()
  for (const email of emails) await logIn({email})
}

/** Logs out of every account. Nothing happens where nobody is logged in. */
export async function logOutOfAll(): Promise<void> {
  const accounts = await vscode.authentication.getAccounts(VENDOR)
  if (accounts.length === 0) return
  const pending = vscode.commands.executeCommand('openaiCodex.logOut')
  const [only] = accounts.map(({label}) => label.split(' ')[0]!)
  await act({do: 'choose', text: accounts.length > 1 ? 'All accounts' : only!})
  await pending
  await until(async () => ((await selectModels()).length === 0 ? true : undefined))
}

/** Nobody is logged in, nothing is set, nothing waits for an answer, and the backend is well. */
export async function tidyUp(): Promise<void> {
  await act({do: 'log in', wish: {}})
  await vscode.commands.executeCommand('notifications.showList')
  await act({do: 'give up'})
  await resetSettings()
  await control('faults', {method: 'DELETE'})
  await Promise.all(EMAILS.map((email) => useLimit(email, USED_PERCENT)))
  await logOutOfAll()
  await vscode.commands.executeCommand('notifications.clearAll')
}

async function resetSettings(): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('openaiCodex')
  const names = Object.keys(configuration).filter(
    (name) => configuration.inspect(name)?.globalValue !== undefined,
  )
  for (const name of names) await setting(name, undefined)
}
