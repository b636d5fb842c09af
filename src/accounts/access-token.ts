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
} from '../errors.ts'
import type {TokenRequestOptions} from '../oauth/authorization-server.ts'
import {toLoginRequiredError} from '../oauth/login-required.ts'
import type {RefreshReason} from '../oauth/refresh.ts'
import type {TokenSet} from '../oauth/token-set.ts'
import type {Account, AccountStore} from './account.ts'

/** Refresh this long before the expiry, as the official CLI does. */
const REFRESH_AHEAD_MS = 5 * 60_000

/** Least time between two refreshes of one account that no 401 asked for. */
const REFRESH_PAUSE_MS = 60_000

/** What {@link AccessTokens} needs from outside. */
export type AccessTokensOptions = Omit<TokenRequestOptions, 'signal'>

/** How a caller waits. */
export interface WaitOptions {
  /** Ends this caller's wait. A refresh goes on, for the others and because it works only once. */
  readonly signal?: AbortSignal
}

/** What is remembered about an account between calls. */
interface RefreshState {
  /** The refresh that runs now, shared by everyone who waits. */
  pending?: Promise<TokenSet>
  /** New tokens that could not be saved yet, and the refresh token they were traded for. */
  unsaved?: {readonly tokens: TokenSet; readonly spentRefreshToken: string}
  /** An access token that looked too old when it came: the clock is wrong, or tokens live short. */
  oldOnArrival?: string
  /** The access token that the last refresh replaced. */
  replaced?: string
  /** Milliseconds since the Unix epoch. */
  lastRefreshMs?: number
}

/** What a refresh is to replace, and why. */
interface RefreshCause {
  readonly staleAccessToken: string
  readonly refreshReason: RefreshReason
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
   * @throws {StorageError} It was refreshed and could not be saved; the next call tries to save it.
   */
  async get(accountId: string, {signal}: WaitOptions = {}): Promise<string> {
    const {tokens} = await this.#account(accountId)
    const state = this.#state(accountId)
    if (!state.unsaved && !this.#isDue(tokens, state)) return tokens.accessToken
    const cause = {
      staleAccessToken: tokens.accessToken,
      refreshReason: 'proactive_expiry',
    } as const
    try {
      return (await untilAborted(this.#refreshOnce(accountId, cause), signal)).accessToken
    } catch (error) {
      const isTransient = error instanceof NetworkError || error instanceof AuthorizationServerError
      if (!isTransient || tokens.expiresAtMs <= this.#options.now()) throw error
      // It still works for some minutes, and the requests of those need not wait for an outage.
      state.lastRefreshMs = this.#options.now()
      return tokens.accessToken
    }
  }

  /**
   * Another access token, after the backend rejected one with 401.
   *
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
    const cause = {
      staleAccessToken: rejectedAccessToken,
      refreshReason: 'unauthorized_recovery',
    } as const
    return (await untilAborted(this.#refreshOnce(accountId, cause), signal)).accessToken
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

  #isDue(tokens: TokenSet, state: RefreshState): boolean {
    const {oldOnArrival, replaced, lastRefreshMs = -Infinity} = state
    const nowMs = this.#options.now()
    if (tokens.accessToken === oldOnArrival || !isOld(tokens, nowMs)) return false
    // The caller read the store just before the refresh wrote to it.
    if (tokens.accessToken === replaced) return true
    // The clock may have been set back since.
    return Math.abs(nowMs - lastRefreshMs) >= REFRESH_PAUSE_MS
  }

  #refreshOnce(accountId: string, cause: RefreshCause): Promise<TokenSet> {
    const state = this.#state(accountId)
    state.pending ??= this.#refresh(accountId, cause).finally(() => {
      delete state.pending
    })
    return state.pending
  }

  async #refresh(accountId: string, cause: RefreshCause): Promise<TokenSet> {
    const state = this.#state(accountId)
    if (state.unsaved) return this.#save(accountId)
    const {tokens} = assertConnected(await this.#store.reload(accountId))
    if (tokens.accessToken !== cause.staleAccessToken && !this.#isDue(tokens, state)) return tokens
    // Loaded when needed, which is once in ten days: it brings a schema library.
    const {refreshTokens} = await import('../oauth/refresh.ts')
    try {
      const refreshReason = cause.refreshReason
      const newTokens = await refreshTokens(tokens, {...this.#options, refreshReason})
      state.unsaved = {tokens: newTokens, spentRefreshToken: tokens.refreshToken}
    } catch (error) {
      if (!(error instanceof LoginRequiredError)) throw error
      return this.#adoptOrMark(accountId, {refused: tokens, error})
    }
    const {accessToken} = state.unsaved.tokens
    const nowMs = this.#options.now()
    state.lastRefreshMs = nowMs
    if (isOld(state.unsaved.tokens, nowMs)) state.oldOnArrival = accessToken
    if (accessToken !== tokens.accessToken) state.replaced = tokens.accessToken
    return this.#save(accountId)
  }

  /** Stores new tokens, unless the user has logged in again or out meanwhile. */
  async #save(accountId: string): Promise<TokenSet> {
    const state = this.#state(accountId)
    const current = await this.#store.get(accountId)
    if (state.unsaved && current?.tokens.refreshToken === state.unsaved.spentRefreshToken) {
      const {tokens} = state.unsaved
      const {parseProfile} = await import('../oauth/claims.ts')
      await this.#store.change(accountId, {tokens, ...parseProfile(tokens)})
    }
    delete state.unsaved
    return assertConnected(await this.#store.get(accountId)).tokens
  }

  /** After a refusal: another process may have been faster, with the same refresh token. */
  async #adoptOrMark(
    accountId: string,
    {refused, error}: {readonly refused: TokenSet; readonly error: LoginRequiredError},
  ): Promise<TokenSet> {
    const {tokens} = assertConnected(await this.#store.reload(accountId))
    if (tokens.refreshToken !== refused.refreshToken) return tokens
    const loginRequired = {reason: error.reason, sinceMs: this.#options.now()}
    try {
      await this.#store.change(accountId, {loginRequired})
    } catch (storageError) {
      // The refusal is the news. Without the mark, the next call asks the server and hears it again.
      if (!(storageError instanceof StorageError)) throw storageError
    }
    throw error
  }
}

function isOld({expiresAtMs}: TokenSet, nowMs: number): boolean {
  return expiresAtMs - nowMs <= REFRESH_AHEAD_MS
}

function assertConnected(account: Account | undefined): Account {
  if (!account) throw toLoginRequiredError('not_connected')
  if (account.loginRequired) throw toLoginRequiredError(account.loginRequired.reason)
  return account
}

/** Waits for `promise`, but no longer than until `signal` aborts. */
function untilAborted<Value>(promise: Promise<Value>, signal?: AbortSignal): Promise<Value> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, {once: true})
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
