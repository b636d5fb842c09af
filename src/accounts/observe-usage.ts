/**
 * What follows when the backend says something about an account's limits.
 *
 * @module
 */
import type {AccountLimits} from './account-limits.ts'
import type {UsageBook} from './usage-book.ts'
import {CODEX_LIMIT, isExhausted, type UsageReading} from './usage.ts'

/** What {@link observeUsage} keeps up to date. */
export interface ObserveUsageOptions {
  readonly book: Pick<UsageBook, 'update'>
  readonly limits: Pick<AccountLimits, 'get' | 'release'>
}

/**
 * Notes a reading, and ends the rest of an account that has quota again. Only the answer to the
 * question for the usage does that, because it is about all requests; and only if it is newer than the
 * refusal. An account that rests for another reason than its quota is freed only when the user asked.
 */
export function observeUsage(
  accountId: string,
  reading: UsageReading,
  {book, limits}: ObserveUsageOptions,
): void {
  const usage = book.update(accountId, reading)
  const isFreed = reading.isTrusted || limits.get(accountId)?.reason === 'usage_limit'
  if (isFreed && isAboutRequests(reading) && !isExhausted(usage)) limits.release(accountId)
}

function isAboutRequests({limitReached, source, windows}: UsageReading): boolean {
  const isTold = limitReached !== undefined || windows.some(({limit}) => limit === CODEX_LIMIT)
  return source === 'usage' && isTold
}
