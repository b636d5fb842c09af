/**
 * A fresh access token for each request.
 *
 * A refresh token works once. So there is one refresh at a time per account, what it brings is stored
 * before anyone uses it, and what another process stored is preferred to a refresh.
 *
 * @module
 */
import {
  AuthorizationServerError,
  LoginRequiredError,
  NetworkError,
  StorageError,
  type CodexError,
} from '../../errors.ts'
import {delay} from '../../base/delay.ts'
import {untilAborted} from '../../base/until-aborted.ts'
import type {TokenRequestOptions} from '../../oauth/token-request.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import {canAnswer, type Account, type AccountStore} from '../account.ts'
import {assertLoggedIn, toLoginError} from '../login-error.ts'
import type {RefreshAccountOptions} from './refresh-account.ts'
import {isRefreshDue, type RefreshCause, type RefreshState} from './refresh-state.ts'

/** The longest that a caller waits for a refresh, in milliseconds. */
const WAIT_MS = 30_000

/** Options of {@link AccessTokens}. */
export interface AccessTokensOptions
  extends
    Omit<TokenRequestOptions, 'signal'>,
    Pick<RefreshAccountOptions, 'findRotation' | 'rehearse' | 'underWay'>,
    Partial<Pick<RefreshAccountOptions, 'delay'>> {
  /** The longest that a caller waits for a refresh, in milliseconds. Default 30 s. The refresh goes on. */
  readonly waitMs?: number
  /** Told of a refresh that failed while the access token still works, and is used. Must not throw. */
  readonly onFailure?: (error: CodexError, accountId: string) => void
  /** Waits before another try to save. Default: without keeping the process alive. */
  readonly delayUnnoticed?: (milliseconds: number) => Promise<unknown>
}

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
   * @throws {LoginRequiredError} The account is gone, or only a new login helps and it has expired.
   * @throws {AuthorizationServerError} It has expired, and could not be refreshed now.
   * @throws {NetworkError} It has expired, and the authorization server did not answer.
   * @throws {StorageError} It has expired, and the account could not be locked, or the new tokens not
   * be saved; the next call tries to save them.
   */
  async get(accountId: string, {signal}: WaitOptions = {}): Promise<string> {
    const {loginRequired, tokens} = await this.#account(accountId)
    if (loginRequired) return tokens.accessToken
    const state = this.#state(accountId)
    const {now, onFailure} = this.#options
    const nowMs = now()
    if (!state.unsaved && !isRefreshDue(tokens, {}, {state, nowMs})) return tokens.accessToken
    try {
      return (await this.#wait(this.#refreshOnce(accountId, {}), signal)).accessToken
    } catch (error) {
      if (!isAboutRefresh(error) || tokens.expiresAtMs <= now()) throw error
      // It still works for some minutes, and the requests of those need not wait for an outage.
      state.lastRefreshMs = now()
      onFailure?.(error, accountId)
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
    const account = await this.#account(accountId)
    const {unsaved} = this.#state(accountId)
    const {accessToken} = account.tokens
    if (!unsaved && accessToken !== rejectedAccessToken) return accessToken
    if (account.loginRequired) return this.#giveUp(account)
    const renewal = this.#refreshOnce(accountId, {rejectedAccessToken})
    return (await this.#wait(renewal, signal)).accessToken
  }

  /** The last access token of a login that has ended does not work any more either. */
  async #giveUp(account: Account): Promise<never> {
    const {worksUntilMs: _, ...loginRequired} = account.loginRequired!
    const spentRefreshToken = account.tokens.refreshToken
    await this.#store.change(account.id, {loginRequired, spentRefreshToken}).catch(() => undefined)
    throw toLoginError(account)
  }

  /** Waits no longer than the caller wants to, nor than anybody should. */
  async #wait(refresh: Promise<TokenSet>, signal: AbortSignal | undefined): Promise<TokenSet> {
    const {waitMs = WAIT_MS} = this.#options
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(toSlowError(waitMs)), waitMs)
    try {
      return await untilAborted(untilAborted(refresh, limit.signal), signal)
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * Resolves when no refresh is under way: one that was begun has to be saved. What could not be saved before is
   * tried once more. Never rejects.
   */
  async settle(): Promise<void> {
    const pending = [...this.#states.values()].flatMap((state) => state.pending ?? [])
    await Promise.allSettled(pending)
    const unsaved = [...this.#states].filter(([, state]) => state.unsaved)
    await Promise.allSettled(unsaved.map(([id]) => this.#refreshOnce(id, {})))
  }

  /** New tokens that could not be saved must not wait until somebody asks: the process may end before. */
  async #saveLater(accountId: string): Promise<void> {
    const state = this.#state(accountId)
    if (state.isSavedLater) return
    state.isSavedLater = true
    const {saveAgain} = await import('./save-again.ts')
    const {delayUnnoticed} = this.#options
    await saveAgain({
      isNeeded: () => state.unsaved !== undefined,
      save: () => this.#refreshOnce(accountId, {}),
      ...(delayUnnoticed && {delay: delayUnnoticed}),
    })
    delete state.isSavedLater
  }

  #state(accountId: string): RefreshState {
    const state = this.#states.get(accountId) ?? {}
    this.#states.set(accountId, state)
    return state
  }

  async #account(accountId: string): Promise<Account> {
    const known = await this.#store.get(accountId)
    // Another process may have logged in again since.
    const account = known?.loginRequired ? await this.#store.reload(accountId) : known
    return account && canAnswer(account, this.#options.now()) ? account : assertLoggedIn(account)
  }

  #refreshOnce(accountId: string, cause: RefreshCause): Promise<TokenSet> {
    const state = this.#state(accountId)
    state.pending ??= this.#refresh(accountId, cause).finally(() => {
      delete state.pending
      if (state.unsaved) void this.#saveLater(accountId)
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

/** What is no reason not to use a token that still works. */
function isAboutRefresh(error: unknown): error is CodexError {
  if (error instanceof LoginRequiredError) return error.reason !== 'not_connected'
  return [NetworkError, AuthorizationServerError, StorageError].some(
    (errorClass) => error instanceof errorClass,
  )
}

function toSlowError(waitMs: number): NetworkError {
  return new NetworkError(
    `Token refresh failed: there was no answer within ${waitMs / 1000} seconds. It is still waited for, so that the login is not lost; try again in a moment.`,
    {isUncertain: true},
  )
}
