/**
 * The list of accounts, and what can be done with each.
 *
 * @module
 */
import {toPlanName} from '../../../accounts/plan-name.ts'
import {toAccountLabel} from '../../../accounts/account.ts'
import type {KnownAccount} from '../../../accounts/choice/describe-account.ts'
import {useFirst} from '../../../engine/use-first.ts'
import {describeAccount, listAccounts} from '../accounts/account-list.ts'
import {askForCeiling} from './ask-for-ceiling.ts'
import type {PanelOptions} from './panel-options.ts'

/** What it did, as the end of a sentence that begins with the account; `undefined` where that was said or nothing done. */
type Action = (known: KnownAccount, options: PanelOptions) => Promise<string | undefined>

/** Lets the user choose an account, then what to do with it. */
export async function manageAccounts(options: PanelOptions): Promise<void> {
  const {api, loginActions} = options
  const accounts = await listAccounts(options)
  const items = accounts.map((known) => ({
    label: `$(account) ${toAccountLabel(known.account)}`,
    description: toPlanName(known.account.plan),
    detail: describeAccount(known),
    known,
  }))
  const another = {label: '$(add) Log in with another account', known: undefined}
  const title = 'ChatGPT accounts'
  const chosen = await api.window.showQuickPick([...items, another], {title})
  if (chosen?.known) await manageAccount(chosen.known, options)
  else if (chosen) await loginActions.logIn()
}

/** Lets the user choose what to do with an account. */
export async function manageAccount(known: KnownAccount, options: PanelOptions): Promise<void> {
  const {window} = options.api
  const label = toAccountLabel(known.account)
  const chosen = await window.showQuickPick(toActions(known), {title: label})
  const result = await chosen?.act(known, options)
  if (result !== undefined) void window.showInformationMessage(`${label} ${result}.`)
}

function toActions({account, preference}: KnownAccount) {
  const {isPaused, priority} = preference
  return [
    ...(account.loginRequired ? [{label: '$(sign-in) Log in again', act: logInAgain}] : []),
    {
      label: '$(arrow-up) Use first',
      detail: 'It answers before all others, also in conversations that have begun.',
      act: goFirst,
    },
    isPaused
      ? {label: '$(debug-continue) Resume', act: resume}
      : {label: '$(debug-pause) Pause', detail: 'It is not used until you resume it.', act: pause},
    {
      label: '$(dashboard) Set a ceiling…',
      detail: 'How much of a usage limit this account may use.',
      act: setCeiling,
    },
    {
      label: '$(list-ordered) Set the priority…',
      detail: `Accounts with a higher priority go first; now ${priority}.`,
      act: setPriority,
    },
    {label: '$(sign-out) Log out', act: logOut},
  ] satisfies readonly {label: string; detail?: string; act: Action}[]
}

const goFirst: Action = async ({account}, options) => {
  useFirst(account.id, options)
  return 'answers first from now on'
}

const pause: Action = async ({account}, {memory}) => {
  memory.preferences.change(account.id, {isPaused: true})
  return 'is paused'
}

const resume: Action = async ({account}, {memory}) => {
  memory.preferences.change(account.id, {isPaused: false})
  return 'is used again'
}

const setCeiling: Action = (known, {api, memory}) =>
  askForCeiling(known, {api, preferences: memory.preferences})

const setPriority: Action = async ({account, preference}, {api, memory}) => {
  const text = await api.window.showInputBox({
    title: `Priority of ${toAccountLabel(account)}`,
    prompt: 'A whole number. Accounts with a higher priority go first. The default is 0.',
    value: String(preference.priority),
    validateInput: (value) =>
      /^-?\d{1,4}$/.test(value.trim()) ? undefined : 'Type a whole number, for example 1.',
  })
  if (text === undefined) return undefined
  const priority = Number(text)
  memory.preferences.change(account.id, {priority})
  return `now has priority ${priority}`
}

const logInAgain: Action = async ({account}, {loginActions}) => {
  await loginActions.logInAgain(account)
  return undefined
}

const logOut: Action = async ({account}, {loginActions}) => {
  await loginActions.remove(account.id)
  return undefined
}
