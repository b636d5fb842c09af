/**
 * What is left of the accounts' limits, asked for when it may have changed.
 *
 * @module
 */
import type {AccountStore} from '../../accounts/account.ts'
import type {AccountLimits} from '../../accounts/account-limits.ts'
import {isExhausted, type Usage} from '../../accounts/usage.ts'
import {toErrorName} from '../../errors.ts'
import type {Backend} from '../../responses/backend.ts'
import type {AccountLines} from './status-bar.ts'

/** The least time between two questions that answers cause, in milliseconds. */
const SPACING_MS = 60_000

/** What {@link createUsageKeeper} needs from outside. */
export interface UsageKeeperOptions {
  readonly store: AccountStore
  readonly limits: AccountLimits
  readonly backend: Pick<Backend, 'accessTokens' | 'fetch' | 'log' | 'now' | 'url' | 'userAgent'>
  /** Told when something new is known. Must not reject. */
  readonly onChange: () => Promise<void>
}

/** The usage of each account. Nothing here rejects: usage is only ever shown. */
export interface UsageKeeper {
  /** The accounts, with what is known about them. */
  lines(): Promise<AccountLines>
  /** Asks for the usage of every account. */
  refresh(): Promise<void>
  /** The same, unless it was asked within the last minute. */
  refreshIfOld(): Promise<void>
}

/** Creates a keeper that knows nothing yet. */
export function createUsageKeeper(options: UsageKeeperOptions): UsageKeeper {
  const {store, limits, backend, onChange} = options
  const known = new Map<string, Usage>()
  let askedAtMs = -Infinity

  async function refresh(): Promise<void> {
    askedAtMs = backend.now()
    const accounts = await store.list()
    const working = accounts.filter(({loginRequired}) => loginRequired === undefined)
    const {fetchUsage} = await import('../../accounts/fetch-usage.ts')
    await Promise.all(
      working.map(async (account) => {
        try {
          const accessToken = await backend.accessTokens.get(account.id)
          const usage = await fetchUsage(account, {...backend, accessToken})
          if (!usage) return
          known.set(account.id, usage)
          if (!isExhausted(usage)) limits.release(account.id)
        } catch (error) {
          const name = toErrorName(error)
          backend.log.warn('The usage of an account could not be asked for', {name})
        }
      }),
    )
    await onChange()
  }

  return {
    refresh,
    refreshIfOld: async () => {
      if (backend.now() - askedAtMs >= SPACING_MS) await refresh()
    },
    async lines() {
      const accounts = await store.list()
      return accounts.map(
        (account) =>
          [
            account,
            {usage: known.get(account.id), restsUntilMs: limits.until(account.id)},
          ] as const,
      )
    },
  }
}
