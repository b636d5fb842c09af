/**
 * Logins that end while a host runs. While other accounts answer, nothing else would tell of them.
 *
 * @module
 */
import type {Account, AccountStore} from '../accounts/account.ts'
import type {Clock} from '../base/clock.ts'

/** A login that has ended. */
export interface EndedLogin {
  readonly account: Account
  /** The same for every program that learns of it, and another one when the account ends once more. */
  readonly key: string
}

/** The logins so far, and those that have ended since the last look. */
export interface LoginsLook {
  readonly accounts: readonly Account[]
  readonly ended: readonly EndedLogin[]
}

/**
 * Creates what finds each of them once.
 *
 * @returns Looks for logins that ended since the creation. Call it after each change of the accounts.
 */
export function createEndedLogins({
  store,
  now,
}: {
  readonly store: Pick<AccountStore, 'list'>
  readonly now: Clock
}): () => Promise<LoginsLook> {
  const startMs = now()
  const found = new Set<string>()
  return async () => {
    const accounts = await store.list()
    const ended = accounts.flatMap((account) => {
      const {sinceMs} = account.loginRequired ?? {sinceMs: -Infinity}
      const key = `${account.id} ${sinceMs}`
      if (sinceMs < startMs || found.has(key)) return []
      found.add(key)
      return [{account, key}]
    })
    return {accounts, ended}
  }
}
