/**
 * The command that lists the accounts, and what can be done with each.
 *
 * @module
 */
import {toAccountLabel} from '../../../accounts/account.ts'
import type {KnownAccount} from '../../../accounts/choice/describe-account.ts'
import {toPlanName} from '../../../accounts/account-title.ts'
import {listKnownAccounts} from '../../../engine/known-accounts.ts'
import {useFirst} from '../../../engine/use-first.ts'
import {toDetail, type AccountActionOptions} from './account-actions.ts'
import {askForCeiling} from './ask-for-ceiling.ts'
import {askForText} from '../ask-for-text.ts'
import {pick} from '../pick.ts'
import {showStatus} from './show-status.ts'

type Action = (known: KnownAccount, options: AccountActionOptions) => Promise<string | undefined>

interface ActionItem {
  readonly label: string
  readonly detail?: string
  readonly value: Action
}

/** Lets the user pick an account, then what to do with it. */
export async function manageAccounts(options: AccountActionOptions): Promise<void> {
  const {ui, loginActions} = options
  const known = await listKnownAccounts(options)
  if (!ui.showQuickPick) {
    await showStatus(options)
    return
  }
  const items = known.map((one) => ({
    label: toAccountLabel(one.account),
    description: toPlanName(one.account.plan),
    detail: toDetail(one),
    value: one,
  }))
  const picked = await pick<KnownAccount | 'connect'>(
    ui,
    [...items, {label: 'Connect another account', value: 'connect'}],
    {title: 'ChatGPT accounts', placeholder: 'Pick an account to see what you can do with it'},
  )
  if (picked === 'connect') await loginActions.login()
  else if (picked) await actOn(picked, options)
}

async function actOn(known: KnownAccount, options: AccountActionOptions): Promise<void> {
  const label = toAccountLabel(known.account)
  const action = await pick(options.ui, toActions(known), {title: label})
  const result = await action?.(known, options)
  if (result !== undefined) options.ui.showNotification(`${label} ${result}.`, {type: 'success'})
}

/** What can be done. Each says what came of it, as the end of a sentence that begins with the account. */
function toActions({account, preference}: KnownAccount): readonly ActionItem[] {
  return [
    {
      label: 'Use first',
      detail: 'It answers before all others, in conversations that have begun as well',
      value: async ({account: {id}}, options) => {
        useFirst(id, options)
        return 'answers first from now on'
      },
    },
    preference.isPaused ? {label: 'Resume', value: resume} : {label: 'Pause', value: pause},
    {
      label: 'Set a ceiling…',
      detail: 'Up to how much of a limit it may be used',
      value: (known, {memory, ui}) => askForCeiling(known, {preferences: memory.preferences, ui}),
    },
    {
      label: 'Set the priority…',
      detail: `Higher goes first; it is ${preference.priority} now`,
      value: askForPriority,
    },
    ...(account.loginRequired ? [{label: 'Sign in again', value: logInAgain}] : []),
    {label: 'Log out', value: logOut},
  ]
}

const pause: Action = async ({account: {id}}, {memory}) => {
  memory.preferences.change(id, {isPaused: true})
  return 'is paused'
}

const resume: Action = async ({account: {id}}, {memory}) => {
  memory.preferences.change(id, {isPaused: false})
  return 'is used again'
}

const logInAgain: Action = async (_known, {loginActions}) => {
  await loginActions.login()
  return undefined
}

const logOut: Action = async ({account}, {loginActions}) => {
  await loginActions.remove(account.id)
  return undefined
}

const askForPriority: Action = async ({account, preference}, {memory, ui}) => {
  const text = await askForText(ui, {
    title: `Priority of ${toAccountLabel(account)}`,
    prompt: 'A whole number. Accounts with a higher one are used first; 0 is the usual one.',
    value: String(preference.priority),
    validateInput: (value) =>
      /^-?\d{1,4}$/.test(value.trim()) ? undefined : 'Type a whole number, for example 1.',
  })
  if (text === undefined) return undefined
  const priority = Number(text)
  memory.preferences.change(account.id, {priority})
  return `has the priority ${priority} now`
}
