/**
 * Several accounts as one: when one has no quota left, the next one answers.
 *
 * @module
 */
import {LoginRequiredError, UsageLimitReachedError} from '../errors.ts'
import type {Clock} from '../http/fetch.ts'
import {toLocalTime} from '../http/local-time.ts'
import type {AccountLimits} from './account-limits.ts'
import {toAccountLabel, type Account, type AccountStore} from './account.ts'
import {toLoginError} from './login-error.ts'

/** How long an account rests when the backend named no reset, in milliseconds. */
const DEFAULT_REST_MS = 30 * 60_000

/** Conversations whose account is remembered. */
const MAX_CONVERSATIONS = 500

/** An account that has spent its quota, and who goes on. */
export interface AccountSwitch {
  readonly from: Account
  /** Absent when nobody can. */
  readonly to?: Account
  /** When `from` is back (milliseconds since the Unix epoch). */
  readonly untilMs: number
}

/** What {@link createAccountPool} needs from outside. */
export interface AccountPoolOptions {
  readonly store: AccountStore
  readonly limits: AccountLimits
  readonly now: Clock
  /** Told once for each limit that is reached. */
  readonly onSwitch?: (change: AccountSwitch) => void
}

/** How one attempt is made. */
export interface AccountAttempt {
  readonly account: Account
  /** Whether another account answered this conversation before, whose reasoning this one cannot read. */
  readonly isNewToConversation: boolean
}

/** Several accounts as one. */
export interface AccountPool {
  /**
   * Makes attempts with one account after another, in the order of the store, until one is neither out
   * of quota nor logged out. A conversation stays with its account while that works. When all of them
   * rest, the one that is back first is asked: it may be back already.
   *
   * @throws {LoginRequiredError} There is no account whose login works.
   * @throws {UsageLimitReachedError} Every account is out of quota.
   * @throws What else an attempt throws.
   */
  run<Result>(
    conversationId: string | undefined,
    attempt: (options: AccountAttempt) => Promise<Result>,
  ): Promise<Result>
}

/** Creates a pool. */
export function createAccountPool(options: AccountPoolOptions): AccountPool {
  return new Pool(options)
}

class Pool implements AccountPool {
  readonly #options: AccountPoolOptions
  /** The account that answered last, by conversation. */
  readonly #conversations = new Map<string, string>()

  constructor(options: AccountPoolOptions) {
    this.#options = options
  }

  async run<Result>(
    conversationId: string | undefined,
    attempt: (options: AccountAttempt) => Promise<Result>,
  ): Promise<Result> {
    const lastId = this.#conversations.get(conversationId ?? '')
    const accounts = await this.#candidates(lastId)
    let failure: unknown
    for (const [index, account] of accounts.entries()) {
      const isNewToConversation = lastId !== undefined && lastId !== account.id
      const wasResting = this.#options.limits.until(account.id) !== undefined
      try {
        // oxlint-disable-next-line no-await-in-loop -- the next account is for when this one cannot
        const result = await attempt({account, isNewToConversation})
        // An answer that was under way when the quota ran out says nothing about what is left.
        if (wasResting) this.#options.limits.release(account.id)
        this.#remember(conversationId, account.id)
        return result
      } catch (error) {
        if (error instanceof UsageLimitReachedError) this.#rest(account, error, accounts[index + 1])
        else if (!(error instanceof LoginRequiredError)) throw error
        failure = error
      }
    }
    throw await this.#explain(failure)
  }

  /** The accounts to try, in order. */
  async #candidates(lastId: string | undefined): Promise<readonly Account[]> {
    const {limits, store} = this.#options
    const accounts = await store.list()
    const working = accounts.filter(({loginRequired}) => loginRequired === undefined)
    if (working.length === 0) throw toLoginError(accounts[0])
    const rested = working.filter(({id}) => limits.until(id) === undefined)
    if (rested.length === 0) return this.#byReset(working).slice(0, 1)
    return rested.toSorted((one, other) => Number(other.id === lastId) - Number(one.id === lastId))
  }

  /** Those that are back first come first. */
  #byReset(accounts: readonly Account[]): readonly Account[] {
    const resetOf = ({id}: Account) => this.#options.limits.until(id) ?? 0
    return accounts.toSorted((one, other) => resetOf(one) - resetOf(other))
  }

  #rest(from: Account, {resetsAtMs}: UsageLimitReachedError, to: Account | undefined): void {
    const {limits, now, onSwitch} = this.#options
    const untilMs = resetsAtMs ?? now() + DEFAULT_REST_MS
    if (limits.park(from.id, untilMs)) onSwitch?.({from, untilMs, ...(to && {to})})
  }

  #remember(conversationId: string | undefined, accountId: string): void {
    if (conversationId === undefined) return
    const conversations = this.#conversations
    conversations.delete(conversationId)
    conversations.set(conversationId, accountId)
    const [oldest] = conversations.keys()
    if (conversations.size > MAX_CONVERSATIONS && oldest !== undefined) conversations.delete(oldest)
  }

  /** When several accounts rest, and no other is left, the one that is back first is worth telling. */
  async #explain(failure: unknown): Promise<unknown> {
    const {limits, store} = this.#options
    const accounts = await store.list()
    const resting = this.#byReset(accounts.filter(({id}) => limits.until(id) !== undefined))
    const [first] = resting
    if (!first || resting.length < 2 || resting.length < accounts.length) return failure
    const resetsAtMs = limits.until(first.id) ?? 0
    return new UsageLimitReachedError(
      `Codex API error: 429. All ${resting.length} ChatGPT accounts have reached their usage limit. ${toAccountLabel(first)} is back first, after ${toLocalTime(resetsAtMs)}.`,
      {resetsAtMs, cause: failure},
    )
  }
}
