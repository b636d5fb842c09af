/**
 * Telling the user that another account goes on.
 *
 * @module
 */
import type {AccountSwitch} from '../../accounts/account-pool.ts'
import {toAccountLabel} from '../../accounts/account.ts'
import {toLocalTime} from '../../http/local-time.ts'
import type {AlmaUi} from './alma-api.ts'

/** Shows who has spent their quota, until when, and who answers meanwhile. */
export function showAccountSwitch({from, to, untilMs}: AccountSwitch, ui: AlmaUi): void {
  // Without another account, the answer itself says so.
  if (!to) return
  ui.showNotification(
    `${toAccountLabel(from)} has reached its ChatGPT usage limit until ${toLocalTime(untilMs)}. ${toAccountLabel(to)} answers meanwhile.`,
    {type: 'info'},
  )
}
