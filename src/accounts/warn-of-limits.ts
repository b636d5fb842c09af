/**
 * Warning the user before a limit is reached.
 *
 * @module
 */
import {toAccountLabel, type AccountStore} from './account.ts'
import type {UsageBook} from './usage-book.ts'
import type {UsageWarnings} from './usage-warnings.ts'

/** What {@link warnOfLimits} needs from outside. */
export interface WarnOfLimitsOptions {
  readonly store: Pick<AccountStore, 'get'>
  readonly memory: {readonly usage: Pick<UsageBook, 'get'>; readonly warnings: UsageWarnings}
  /** Shows a sentence to the user. */
  readonly tell: (sentence: string) => void
}

/** Says what is new about the account's limits. What is spent is not warned of: the answer says it. */
export async function warnOfLimits(
  accountId: string,
  {store, memory, tell}: WarnOfLimitsOptions,
): Promise<void> {
  if (!memory.usage.get(accountId)) return
  // First, because what was noticed counts as said.
  const account = await store.get(accountId)
  const usage = memory.usage.get(accountId)
  if (!account || !usage) return
  const warnings = memory.warnings.notice(accountId, usage)
  const useful = warnings.filter(({leftPercent}) => leftPercent > 0)
  if (useful.length === 0) return
  const {describeUsageWarning} = await import('./usage-warnings.ts')
  for (const warning of useful) tell(describeUsageWarning(warning, toAccountLabel(account)))
}
