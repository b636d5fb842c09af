/**
 * Warning the user before a limit is reached.
 *
 * @module
 */
import {toAccountLabel, type AccountStore} from '../../accounts/account.ts'
import type {AccountMemory} from '../../storage/account-memory.ts'
import type {AlmaUi} from './alma-api.ts'

/** What {@link warnOfLimits} needs from outside. */
export interface WarnOfLimitsOptions {
  readonly store: Pick<AccountStore, 'get'>
  readonly memory: Pick<AccountMemory, 'usage' | 'warnings'>
  readonly ui: AlmaUi
}

/** Says what is new about the account's limits. What is spent is not warned of: the answer says it. */
export async function warnOfLimits(
  accountId: string,
  {store, memory, ui}: WarnOfLimitsOptions,
): Promise<void> {
  const usage = memory.usage.get(accountId)
  const warnings = usage ? memory.warnings.notice(accountId, usage) : []
  const useful = warnings.filter(({leftPercent}) => leftPercent > 0)
  if (useful.length === 0) return
  const account = await store.get(accountId)
  if (!account) return
  const {describeUsageWarning} = await import('../../accounts/usage-warnings.ts')
  for (const warning of useful) {
    const sentence = describeUsageWarning(warning, toAccountLabel(account))
    ui.showNotification(sentence, {type: 'warning'})
  }
}
