/**
 * The command that lists the accounts, and what can be done with each.
 *
 * @module
 */
import {toAccountLabel} from '../../../accounts/account.ts'
import type {KnownAccount} from '../../../accounts/choice/describe-account.ts'
import {toPlanName} from '../../../accounts/plan-name.ts'
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
  const picked = await pick<KnownAccount | 'log in'>(
    ui,
    [...items, {label: 'Log in with another account', value: 'log in'}],
    {title: 'ChatGPT accounts', placeholder: 'Pick an account to see what you can do with it'},
  )
  if (picked === 'log in') await loginActions.login()
  else if (picked) await actOn(picked, options)
}

async function actOn(known: KnownAccount, options: AccountActionOptions): Promise<void> {
  const label = toAccountLabel(known.account)
  const action = await pick(options.ui, toActions(known), {title: label})
  const result = await action?.(known, options)
  if (result !== undefined) options.ui.showNotification(`${label} ${result}.`, {type: 'success'})
}

/** Each action says what it did, as the end of a sentence that begins with the account. */
function toActions({account, preference}: KnownAccount): readonly ActionItem[] {
  return [
    {
      label: 'Use first',
      detail: 'It answers before all others, also in conversations that have begun',
      value: async ({account: {id}}, options) => {
        useFirst(id, options)
        return 'answers first from now on'
      },
    },
    preference.isPaused ? {label: 'Resume', value: resume} : {label: 'Pause', value: pause},
    {
      label: 'Set a ceiling…',
      detail: 'How much of a usage limit this account may use',
      value: (known, {memory, ui}) => askForCeiling(known, {preferences: memory.preferences, ui}),
    },
    {
      label: 'Set the priority…',
      detail: `Accounts with a higher priority go first; now ${preference.priority}`,
      value: askForPriority,
    },
    ...(account.loginRequired ? [{label: 'Log in again', value: logInAgain}] : []),
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

const logInAgain: Action = async ({account}, {loginActions}) => {
  await (account.tokens.app ? loginActions.loginAsApp(account) : loginActions.login())
  return undefined
}

const logOut: Action = async ({account}, {loginActions}) => {
  await loginActions.remove(account.id)
  return undefined
}

const askForPriority: Action = async ({account, preference}, {memory, ui}) => {
  const text = await askForText(ui, {
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
