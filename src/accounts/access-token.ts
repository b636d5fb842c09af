/**
 * A fresh access token for each request.
 *
 * A refresh token works once. So there is one refresh at a time per account, what it brings is stored
 * before anyone uses it, and what another process stored is preferred to a refresh.
 *
 * @module
 */
import {AuthorizationServerError, NetworkError, StorageError} from '../errors.ts'
import {delay} from '../http/delay.ts'
import {untilAborted} from '../http/until-aborted.ts'
import type {TokenRequestOptions} from '../oauth/authorization-server.ts'
import type {TokenSet} from '../oauth/token-set.ts'
import type {Account, AccountStore} from './account.ts'
import {assertConnected} from './login-error.ts'
import type {RefreshAccountOptions} from './refresh-account.ts'
import {isRefreshDue, type RefreshCause, type RefreshState} from './refresh-state.ts'

/** What {@link AccessTokens} needs from outside. */
export interface AccessTokensOptions
  extends
    Omit<TokenRequestOptions, 'signal'>,
    Pick<RefreshAccountOptions, 'findRotation'>,
    Partial<Pick<RefreshAccountOptions, 'delay'>> {}

/** How a caller waits. */
export interface WaitOptions {
  /** Ends this caller's wait. A refresh goes on, for the others and because it works only once. */
  readonly signal?: AbortSignal
}

/** Hands out access tokens. There must be one per store and process. */
export class AccessTokens {
  readonly #store: AccountStore
  readonly #options: AccessTokensOptions
  readonly #states = new Map<string, RefreshState>()

  constructor(store: AccountStore, options: AccessTokensOptions) {
    this.#store = store
    this.#options = options
  }

  /**
   * An access token of the account, refreshed when it has less than five minutes left.
   *
   * @throws {LoginRequiredError} The account is gone, or only a new login helps.
   * @throws {AuthorizationServerError} It has expired, and could not be refreshed now.
   * @throws {NetworkError} It has expired, and the authorization server did not answer.
   * @throws {StorageError} It has expired, and the account could not be locked, or the new tokens not
   * be saved; the next call tries to save them.
   */
  async get(accountId: string, {signal}: WaitOptions = {}): Promise<string> {
    const {tokens} = await this.#account(accountId)
    const state = this.#state(accountId)
    const nowMs = this.#options.now()
    if (!state.unsaved && !isRefreshDue(tokens, {}, {state, nowMs})) return tokens.accessToken
    try {
      return (await untilAborted(this.#refreshOnce(accountId, {}), signal)).accessToken
    } catch (error) {
      if (!isTransient(error) || tokens.expiresAtMs <= this.#options.now()) throw error
      // It still works for some minutes, and the requests of those need not wait for an outage.
      state.lastRefreshMs = this.#options.now()
      return tokens.accessToken
    }
  }

  /**
   * Another access token, after the backend rejected one with 401.
   *
   * @returns The rejected one when it has only just come from a refresh: another would be no better.
   * @throws As {@link AccessTokens.get} does, whatever the clock says.
   */
  async renew(
    accountId: string,
    rejectedAccessToken: string,
    {signal}: WaitOptions = {},
  ): Promise<string> {
    const {tokens} = await this.#account(accountId)
    const {unsaved} = this.#state(accountId)
    if (!unsaved && tokens.accessToken !== rejectedAccessToken) return tokens.accessToken
    const renewal = this.#refreshOnce(accountId, {rejectedAccessToken})
    return (await untilAborted(renewal, signal)).accessToken
  }

  /** Resolves when no refresh is under way: one that was begun has to be saved. */
  async settle(): Promise<void> {
    const pending = [...this.#states.values()].flatMap((state) => state.pending ?? [])
    await Promise.allSettled(pending)
  }

  #state(accountId: string): RefreshState {
    const state = this.#states.get(accountId) ?? {}
    this.#states.set(accountId, state)
    return state
  }

  async #account(accountId: string): Promise<Account> {
    const account = await this.#store.get(accountId)
    // Another process may have logged in again since.
    return assertConnected(account?.loginRequired ? await this.#store.reload(accountId) : account)
  }

  #refreshOnce(accountId: string, cause: RefreshCause): Promise<TokenSet> {
    const state = this.#state(accountId)
    state.pending ??= this.#refresh(accountId, cause).finally(() => {
      delete state.pending
    })
    return state.pending
  }

  async #refresh(accountId: string, cause: RefreshCause): Promise<TokenSet> {
    // Loaded when needed, which is once in ten days.
    const {refreshAccount} = await import('./refresh-account.ts')
    const state = this.#state(accountId)
    return refreshAccount(accountId, cause, {delay, ...this.#options, store: this.#store, state})
  }
}

/** What says nothing about the login. */
function isTransient(error: unknown): boolean {
  return [NetworkError, AuthorizationServerError, StorageError].some(
    (errorClass) => error instanceof errorClass,
  )
}
