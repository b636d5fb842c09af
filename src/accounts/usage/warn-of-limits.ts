/**
 * Warning the user before a limit is reached.
 *
 * @module
 */
import {toAccountLabel, type AccountStore} from '../account.ts'
import type {UsageBook} from './usage-book.ts'
import type {Usage} from './usage.ts'
import type {UsageWarning, UsageWarnings} from './usage-warnings.ts'

/** What nobody else has said: it is to be said here, and now counts as said. */
export type ClaimWarnings = (
  accountId: string,
  usage: Pick<Usage, 'windows'>,
) => Promise<readonly UsageWarning[]>

/** Options of {@link warnOfLimits}. */
export interface WarnOfLimitsOptions {
  readonly store: Pick<AccountStore, 'get'>
  readonly memory: {readonly usage: Pick<UsageBook, 'get'>; readonly warnings: UsageWarnings}
  /** Shows a sentence to the user. */
  readonly tell: (sentence: string) => void
  /** Asked when something is new here. Default: nobody else warns. */
  readonly claim?: ClaimWarnings | undefined
}

/** Says what is new about the account's limits. What is spent is not warned of: the answer says it. */
export async function warnOfLimits(
  accountId: string,
  {store, memory, tell, claim}: WarnOfLimitsOptions,
): Promise<void> {
  if (!memory.usage.get(accountId)) return
  // First, because what was noticed counts as said.
  const account = await store.get(accountId)
  const usage = memory.usage.get(accountId)
  if (!account || !usage) return
  const noticed = memory.warnings.notice(accountId, usage)
  if (noticed.length === 0) return
  // Said twice is better than not said.
  const warnings = (await claim?.(accountId, usage).catch(() => undefined)) ?? noticed
  const useful = warnings.filter(({leftPercent}) => leftPercent > 0)
  if (useful.length === 0) return
  const {describeUsageWarning} = await import('./usage-warnings.ts')
  for (const warning of useful) tell(describeUsageWarning(warning, toAccountLabel(account)))
}
