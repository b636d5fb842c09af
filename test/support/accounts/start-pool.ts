/**
 * A pool of accounts that answer or fail as told.
 *
 * @module
 */
import {
  createAccountPool,
  type AccountPoolOptions,
  type AccountSwitch,
} from '../../../src/accounts/choice/account-pool.ts'
import {
  createAccountPreferences,
  type AccountStrategy,
} from '../../../src/accounts/account-preferences.ts'
import {toVerdictText} from '../../../src/accounts/choice/account-verdict.ts'
import type {Account} from '../../../src/accounts/account.ts'
import {createAccountRests} from '../../../src/accounts/rests/account-rests.ts'
import {createUsageBook} from '../../../src/accounts/usage/usage-book.ts'
import {
  BackendResponseError,
  UsageLimitReachedError,
  type BackendRefusal,
} from '../../../src/errors.ts'
import {ACCOUNT, NOW_MS} from '../engine/create-backend.ts'
import {createMemoryAccountStore} from '../memory/memory-account-store.ts'

/** In milliseconds. */
export const HOUR_MS = 3_600_000

/** Length of the weekly window. */
export const WEEK_SECONDS = 604_800

/** An account whose email begins with its id. */
export function createAccount(id: string, fields: Partial<Account> = {}): Account {
  return {...ACCOUNT, id, email: `${id}@example.com`, ...fields}
}

/** The quota is spent. */
export function createLimitError(resetsAtMs?: number): UsageLimitReachedError {
  return new UsageLimitReachedError('spent', {resetsAtMs})
}

/** The backend refuses, as it would with this status and code. */
export function createRefusal(status: number, code?: string): BackendResponseError {
  const refusal: BackendRefusal = {status, ...(code !== undefined && {code})}
  return new BackendResponseError(`refused with ${status}`, {refusal})
}

interface PoolOptions extends Pick<AccountPoolOptions, 'onResting'> {
  readonly strategy?: AccountStrategy
}

/**
 * Starts a pool. Time stands still until the test moves it. It is put together here, and not by the engine, so that
 * only the test says what is known of the accounts: the engine would ask the backend for their usage after each rest.
 */
export function startPool(
  accounts: readonly Account[],
  {strategy = 'order', ...options}: PoolOptions = {},
) {
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const preferences = createAccountPreferences()
  const book = createUsageBook({now})
  const usage = (accountId: string) => book.get(accountId)
  const rests = createAccountRests({now, usage})
  const switches: AccountSwitch[] = []
  const asked: string[] = []
  const failures: Record<string, Error> = {}
  const store = createMemoryAccountStore(...accounts)
  const pool = createAccountPool({
    store,
    rests,
    preferences,
    strategy: () => strategy,
    usage,
    now,
    onSwitch: (change) => void switches.push(change),
    ...options,
  })
  return {
    asked,
    clock,
    failures,
    rests,
    pool,
    preferences,
    store,
    switches,
    /** Asks once. @returns The id of the account that answered. */
    ask: async (conversationId?: string) =>
      pool.run(conversationId, async ({account, hasForeignReasoning}) => {
        asked.push(`${account.id}${hasForeignReasoning ? ' (foreign)' : ''}`)
        const failure = failures[account.id]
        if (failure) throw failure
        return account.id
      }),
    /** Says how much of its week an account has used, as the backend does when it is asked. */
    setUsed: (id: string, usedPercent: number, resetsAtMs = clock.nowMs + HOUR_MS) => {
      const taken = {takenAtMs: clock.nowMs, source: 'usage'} as const
      const window = {limit: 'codex', windowSeconds: WEEK_SECONDS, usedPercent, resetsAtMs}
      book.update(id, {...taken, windows: [{...window, ...taken}]})
    },
    /** Why the last request went where it went, one line for each account. */
    why: () =>
      pool
        .lastChoices()
        .at(-1)
        ?.candidates.map(({label, verdict}) => `${label} ${toVerdictText(verdict)}`),
  }
}
