/**
 * Telling the user that another account takes over.
 *
 * @module
 */
import type {AccountSwitch} from '../../../accounts/choice/account-pool.ts'
import {REST_TEXTS} from '../../../accounts/choice/account-verdict.ts'
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {toAccountLabel} from '../../../accounts/account.ts'
import {toLocalTime} from '../../../base/local-time.ts'
import type {AlmaUi} from '../alma-api.ts'

/** Shows who cannot answer, until when, and who takes over. */
export function showAccountSwitch({from, reason, to, untilMs}: AccountSwitch, ui: AlmaUi): void {
  // Without another account, the answer itself says so.
  if (!to) return
  // Two workspaces of one user have the same email.
  const toName = from.email === to.email ? toAccountTitle : toAccountLabel
  const rest =
    reason === 'usage_limit' || reason === 'ceiling'
      ? `rests until ${toLocalTime(untilMs)}`
      : `is asked again after ${toLocalTime(untilMs)} or when you press Connect`
  const what = `${toName(from)} ${REST_TEXTS[reason]}, and ${rest}. ${toName(to)} takes over.`
  ui.showNotification(what, {type: 'info'})
}
