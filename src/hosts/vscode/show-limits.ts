/**
 * Telling the person of limits: that one is near, and that another account answers.
 *
 * @module
 */
import type {AccountSwitch} from '../../accounts/account-pool.ts'
import {REST_TEXTS} from '../../accounts/account-verdict.ts'
import {toAccountLabel, type AccountStore} from '../../accounts/account.ts'
import {warnOfLimits} from '../../accounts/warn-of-limits.ts'
import {toErrorName} from '../../errors.ts'
import {toLocalTime} from '../../http/local-time.ts'
import type {Log} from '../../http/log.ts'
import type {AccountMemory} from '../../storage/account-memory.ts'
import type {VscodeApi} from './vscode-api.ts'

/** What {@link showWarnings} needs from outside. */
export interface WarningsOptions {
  readonly api: Pick<VscodeApi, 'window'>
  readonly store: Pick<AccountStore, 'get'>
  readonly memory: Pick<AccountMemory, 'usage' | 'warnings'>
  readonly log: Log
}

/** Says it once, for each threshold, when little is left of a limit. Never rejects. */
export async function showWarnings(
  accountId: string,
  {api, store, memory, log}: WarningsOptions,
): Promise<void> {
  const tell = (sentence: string) => void api.window.showWarningMessage(sentence)
  try {
    await warnOfLimits(accountId, {store, memory, tell})
  } catch (error) {
    log.warn('A warning could not be shown', {name: toErrorName(error)})
  }
}

/** Says who answers meanwhile. Without another account, the answer itself says so. */
export function showSwitch(
  {from, reason, to, untilMs}: AccountSwitch,
  {window}: WarningsOptions['api'],
): void {
  if (!to) return
  const until = toLocalTime(untilMs)
  void window.showInformationMessage(
    `${toAccountLabel(from)} ${REST_TEXTS[reason]} until ${until}. ${toAccountLabel(to)} answers meanwhile.`,
  )
}
