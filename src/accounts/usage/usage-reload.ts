/**
 * Asking for the usage of accounts when it helps, never while a request waits for it.
 *
 * @module
 */
import type {Account, AccountStore} from '../account.ts'
import type {UsageBook} from './usage-book.ts'
import type {UsageReading} from './usage.ts'
import {toErrorName} from '../../errors.ts'
import type {Log} from '../../base/log.ts'
import {someAtOnce} from '../../base/some-at-once.ts'
import type {FetchUsageOptions} from './fetch-usage.ts'

/** How old usage may be before it is asked for again, in milliseconds. */
const STALE_MS = 15 * 60_000

/** How long an account is left alone after it was asked for, in milliseconds. */
const SPACING_MS = 60_000

/** Whom to ask. */
export interface UsageBackend extends Pick<
  FetchUsageOptions,
  'accessTokens' | 'fetch' | 'now' | 'url' | 'userAgent'
> {
  readonly log: Log
}

/** Whom to ask, and whom to tell. */
export interface UsageReloadOptions {
  readonly backend: UsageBackend
  readonly store: Pick<AccountStore, 'get' | 'list'>
  readonly book: Pick<UsageBook, 'get'>
  /** Told what the backend says. */
  readonly onUsage: (accountId: string, reading: UsageReading) => void
  /** Ends every question. */
  readonly signal: AbortSignal
}

/** Asks for usage. An account that cannot be asked keeps what was known about it. */
export interface UsageReload {
  /**
   * Asks for every account now, because the user wants to know.
   *
   * @throws What the store throws; the other two never do.
   */
  all(): Promise<void>
  /** Asks for those accounts of which nothing is known, or nothing new. */
  stale(): Promise<void>
  /** Asks for one account, unless that was done a moment ago. */
  one(accountId: string): Promise<void>
}

/** Creates what asks for usage. */
export function createUsageReload(options: UsageReloadOptions): UsageReload {
  const {backend, book, signal, store} = options
  /** When each account was asked for last. */
  const askedAtMs = new Map<string, number>()

  async function ask(account: Account, {isTrusted}: {readonly isTrusted: boolean}): Promise<void> {
    const nowMs = backend.now()
    const agoMs = nowMs - (askedAtMs.get(account.id) ?? -Infinity)
    // A clock that was set back must not end the questions for ever.
    const isTooSoon = agoMs >= 0 && agoMs < SPACING_MS
    if (signal.aborted || (!isTrusted && (account.loginRequired || isTooSoon))) return
    askedAtMs.set(account.id, nowMs)
    const reading = await fetchReading(account, {...backend, signal})
    if (reading && !signal.aborted) options.onUsage(account.id, {...reading, isTrusted})
  }

  function isStale({id}: Account): boolean {
    const ageMs = backend.now() - (book.get(id)?.takenAtMs ?? -Infinity)
    return ageMs < 0 || ageMs >= STALE_MS
  }

  /** In the background, nobody is there to hear of a failure. */
  async function attempt(task: () => Promise<unknown>): Promise<void> {
    try {
      await task()
    } catch (error) {
      backend.log.debug('The usage of accounts stays as it is', {name: toErrorName(error)})
    }
  }

  return {
    async all() {
      await someAtOnce(await store.list(), (account) => ask(account, {isTrusted: true}))
    },
    stale: () =>
      attempt(async () => {
        const accounts = await store.list()
        await someAtOnce(accounts.filter(isStale), (account) => ask(account, {isTrusted: false}))
      }),
    one: (accountId) =>
      attempt(async () => {
        const account = await store.get(accountId)
        if (account) await ask(account, {isTrusted: false})
      }),
  }
}

async function fetchReading(
  account: Account,
  {log, ...options}: UsageBackend & Pick<UsageReloadOptions, 'signal'>,
): Promise<UsageReading | undefined> {
  try {
    const {fetchUsage} = await import('./fetch-usage.ts')
    const answer = await fetchUsage(account, options)
    return answer.kind === 'usage' ? answer.reading : undefined
  } catch (error) {
    log.warn('The usage of an account could not be asked for', {name: toErrorName(error)})
    return undefined
  }
}
