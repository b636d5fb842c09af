/**
 * What follows when the backend says something about an account's limits.
 *
 * @module
 */
import {isTakenBack} from './account-headroom.ts'
import type {AccountLimits} from '../account-limits.ts'
import type {UsageBook} from './usage-book.ts'
import {CODEX_LIMIT, type UsageReading} from './usage.ts'

/** What {@link observeUsage} keeps up to date. */
export interface ObserveUsageOptions {
  readonly book: Pick<UsageBook, 'update'>
  readonly limits: Pick<AccountLimits, 'free' | 'get' | 'newsOf'>
}

/**
 * Notes a reading, and ends the rest of an account that has quota again. Only the answer to the question for the usage
 * does that, because it is about all requests; and only if it was asked after the refusal. An account that rests for
 * another reason than its quota is freed only when the user asked.
 */
export function observeUsage(
  accountId: string,
  reading: UsageReading,
  {book, limits}: ObserveUsageOptions,
): void {
  const usage = book.update(accountId, reading)
  const news = limits.newsOf(accountId)
  const isMeant = reading.isTrusted || limits.get(accountId)?.reason === 'usage_limit'
  if (!news || !isMeant || !isAboutRequests(reading)) return
  const {askedAtMs: checkedAtMs = reading.takenAtMs, isTrusted} = reading
  if (isTakenBack(news, {...usage, checkedAtMs}, {isTrusted})) limits.free(accountId)
}

function isAboutRequests({limitReached, source, windows}: UsageReading): boolean {
  const isTold = limitReached !== undefined || windows.some(({limit}) => limit === CODEX_LIMIT)
  return source === 'usage' && isTold
}
