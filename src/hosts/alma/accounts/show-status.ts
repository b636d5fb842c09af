/**
 * The command that says who is logged in, and what is left.
 *
 * @module
 */
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {
  describeState,
  describeWindows,
  type KnownAccount,
} from '../../../accounts/choice/describe-account.ts'
import {listKnownAccounts} from '../../../engine/known-accounts.ts'
import {NO_ACCOUNT, WORDS} from '../explain-error.ts'
import type {AccountActionOptions} from './account-actions.ts'

/** Shows one sentence for each account. */
export async function showStatus(
  options: Pick<AccountActionOptions, 'memory' | 'store' | 'ui'>,
): Promise<void> {
  const known = await listKnownAccounts(options)
  options.ui.showNotification(known.length === 0 ? NO_ACCOUNT : known.map(toSentence).join(' '), {
    type: known.some(({account}) => !account.loginRequired) ? 'info' : 'warning',
  })
}

function toSentence(known: KnownAccount): string {
  const state = `${toAccountTitle(known.account)} ${describeState(known, WORDS.log_in_again)}`
  return `${[state, ...describeWindows(known.usage)].join('; ')}.`
}
