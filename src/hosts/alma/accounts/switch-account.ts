/**
 * The command that lets another account go first.
 *
 * @module
 */
import {toAccountLabel} from '../../../accounts/account.ts'
import {toPlanName} from '../../../accounts/plan-name.ts'
import {listKnownAccounts} from '../../../engine/known-accounts.ts'
import {useFirst} from '../../../engine/use-first.ts'
import {NO_ACCOUNT} from '../explain-error.ts'
import {toDetail, type AccountActionOptions} from './account-actions.ts'
import {pick} from '../pick.ts'

/** Lets the user pick who answers first from now on, in conversations that have begun as well. */
export async function switchAccount(options: AccountActionOptions): Promise<void> {
  const {ui, memory} = options
  const known = await listKnownAccounts(options)
  const {preferences} = memory
  if (known.length < 2) {
    const text =
      known.length === 0
        ? NO_ACCOUNT
        : 'Only one ChatGPT account is logged in. Press Connect again to add another.'
    ui.showNotification(text, {type: 'info'})
    return
  }
  const items = known.map((one) => ({
    label: toAccountLabel(one.account),
    description: [
      toPlanName(one.account.plan),
      ...(one.account.id === preferences.preferredId() ? ['goes first'] : []),
    ].join(', '),
    detail: toDetail(one),
    value: one.account.id,
  }))
  const anyAccount = {
    label: 'No account in particular',
    detail: 'The setting openaiCodex.accountStrategy decides',
    value: '',
  }
  const id = await pick(ui, [...items, anyAccount], {
    title: 'Switch the ChatGPT account',
    placeholder: 'Which account should answer first?',
  })
  if (id === undefined) return
  useFirst(id === '' ? undefined : id, options)
  const picked = known.find(({account}) => account.id === id)
  ui.showNotification(
    picked
      ? `${toAccountLabel(picked.account)} answers first from now on.`
      : 'The setting openaiCodex.accountStrategy decides again.',
    {type: 'success'},
  )
}
