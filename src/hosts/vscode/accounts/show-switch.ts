/**
 * Telling the user that another account takes over.
 *
 * @module
 */
import type {AccountSwitch} from '../../../accounts/choice/account-pool.ts'
import {REST_TEXTS} from '../../../accounts/choice/account-verdict.ts'
import {toAccountLabel} from '../../../accounts/account.ts'
import {toLocalTime} from '../../../base/local-time.ts'
import type {VscodeApi} from '../vscode-api.ts'

/** Says who takes over. Without another account, the answer itself says so. */
export function showSwitch(
  {from, reason, to, untilMs}: AccountSwitch,
  {window}: Pick<VscodeApi, 'window'>,
): void {
  if (!to) return
  const until = toLocalTime(untilMs)
  void window.showInformationMessage(
    `${toAccountLabel(from)} ${REST_TEXTS[reason]}, and rests until ${until}. ${toAccountLabel(to)} takes over.`,
  )
}
