/**
 * New tokens for one account: those that another process stored, or else a refresh.
 *
 * A refresh token works once, and other programs may hold the same one. So whoever spends it holds the
 * account's lock from the moment it is read until what it was traded for is stored.
 *
 * @module
 */
import {
  AuthorizationServerError,
  LoginRequiredError,
  NetworkError,
  StorageError,
} from '../../errors.ts'
import type {TokenRequestOptions} from '../../oauth/token-request.ts'
import {parseProfile} from '../../oauth/claims.ts'
import type {RefreshOptions} from '../../oauth/refresh.ts'
import type {TokenSet} from '../../oauth/token-set.ts'
import type {Account, AccountStore, LoginRequired} from '../account.ts'
import {assertLoggedIn, toLoginError} from '../login-error.ts'
import type {RefreshJournal} from '../refresh-journal.ts'
import {isRefreshDue, noteRefresh, type RefreshCause, type RefreshState} from './refresh-state.ts'
import type {UnderWay} from './under-way.ts'

/**
 * Pauses before each look at the store, in milliseconds, when the refresh token was used up: a program
 * that knows no lock may have been answered and not have written yet.
 */
const LOOKS_AFTER_REUSE_MS = [0, 100, 300, 600]

/**
 * How long a refresh token is not sent again after nobody knows what became of it, in milliseconds: the
 * server may still be at it.
 */
const UNCERTAIN_PAUSE_MS = 10_000

/** Who used a refresh token up, as far as it can be known. */
export type Rotation = Pick<LoginRequired, 'rotatedAtMs' | 'rotatedBy'>

/** What a refresh needs. */
export interface RefreshAccountOptions extends Omit<TokenRequestOptions, 'signal'> {
  readonly store: AccountStore
  readonly state: RefreshState
  readonly delay: (milliseconds: number) => Promise<void>
  /** Told of each refresh whose token is sent. Default: nobody asks. */
  readonly underWay?: Pick<UnderWay, 'add'>
  /** Done once before a refresh token is sent, for code that runs slowly when it runs first. Must not reject. */
  readonly rehearse?: () => Promise<void>
  /** Says who has the newer tokens, for the sentence the user reads. */
  readonly findRotation?: (account: Account) => Promise<Rotation | undefined>
}

/** Under the lock. */
interface LockedOptions extends RefreshAccountOptions {
  readonly journal: RefreshJournal
}

type SendRefreshToken = (
  options: Required<Pick<RefreshOptions, 'keep' | 'refreshReason'>>,
) => Promise<TokenSet>

/** What is sent, and when it was sent before without an answer. */
interface Spending extends RefreshCause {
  readonly tokens: TokenSet
  readonly lastAskedMs: number | undefined
  readonly send: SendRefreshToken
}

/**
 * Tokens that are not the rejected ones, nor about to expire.
 *
 * @returns The rejected ones all the same when they have only just come: others would be no better.
 * @throws {LoginRequiredError} The account is gone, or only a new login helps.
 * @throws {AuthorizationServerError} The server gave no usable answer.
 * @throws {NetworkError} The server gave no answer.
 * @throws {StorageError} The account could not be locked or read, or the new tokens not be saved.
 */
export async function refreshAccount(
  accountId: string,
  cause: RefreshCause,
  options: RefreshAccountOptions,
): Promise<TokenSet> {
  // Nobody waits for a lock as long as the store has something to go on with.
  const stored = await findStored(accountId, cause, options)
  if (stored) return stored
  let isLocked = false
  try {
    return await options.store.lock(accountId, async (journal) => {
      isLocked = true
      return (
        (await findStored(accountId, cause, options)) ??
        (await refresh(accountId, cause, {...options, journal}))
      )
    })
  } catch (error) {
    if (isLocked || !(error instanceof StorageError)) throw error
    // Whoever holds the lock may have stored new tokens.
    const written = await findStored(accountId, cause, options)
    if (written) return written
    throw error
  }
}

/** The tokens in the store, unless they are to be refreshed or others wait to be saved. */
async function findStored(
  accountId: string,
  cause: RefreshCause,
  {store, state, now}: RefreshAccountOptions,
): Promise<TokenSet | undefined> {
  const {tokens} = assertLoggedIn(await store.reload(accountId))
  if (state.unsaved?.spentRefreshToken === tokens.refreshToken) return undefined
  // A newer login is there.
  delete state.unsaved
  if (isRefreshDue(tokens, cause, {state, nowMs: now()})) return undefined
  if (cause.rejectedAccessToken !== undefined) state.adopted = tokens.accessToken
  return tokens
}

async function refresh(
  accountId: string,
  cause: RefreshCause,
  options: LockedOptions,
): Promise<TokenSet> {
  const {store, state, now, journal} = options
  if (state.unsaved) return save(accountId, options)
  // Loaded when needed, which is once in ten days, and before the tokens come: what dies between the
  // answer and the journal takes the login with it.
  const {refreshTokens} = await import('../../oauth/refresh.ts')
  const {tokens} = assertLoggedIn(await store.get(accountId))
  const lastAskedMs = await journal.lastAsked(tokens.refreshToken)
  if (lastAskedMs !== undefined && Math.abs(now() - lastAskedMs) < UNCERTAIN_PAUSE_MS) {
    throw new NetworkError(
      'Token refresh failed: an earlier try was not answered, and nobody knows whether it renewed the login. Try again in a few seconds.',
      {isUncertain: true},
    )
  }
  await options.rehearse?.()
  await journal.begin(tokens.refreshToken, now())
  const send: SendRefreshToken = (more) => refreshTokens(tokens, {...options, ...more})
  const task = () => spend(accountId, {...cause, tokens, lastAskedMs, send}, options)
  return options.underWay ? options.underWay.add(task) : task()
}

/** A refresh token that was refused for good. */
type Refusal = Spending & {readonly error: LoginRequiredError}

/** Trades the refresh token, and stores what it was traded for. */
async function spend(
  accountId: string,
  spending: Spending,
  options: LockedOptions,
): Promise<TokenSet> {
  const {store, state, now, journal} = options
  const {tokens, rejectedAccessToken, lastAskedMs, send} = spending
  const refreshReason =
    rejectedAccessToken === undefined ? 'proactive_expiry' : 'unauthorized_recovery'
  let isSettled = true
  try {
    const newTokens = await send({refreshReason, keep: (answer) => journal.keep(answer, now())})
    state.unsaved = {tokens: newTokens, spentRefreshToken: tokens.refreshToken}
    noteRefresh(state, tokens, now())
  } catch (error) {
    if (error instanceof LoginRequiredError) {
      return await adoptOrMark(accountId, {...spending, error}, options)
    }
    isSettled = !isUncertain(error) && lastAskedMs === undefined
    // Another program may have been answered, and have stored that.
    const account = isUncertain(error) ? await store.reload(accountId) : undefined
    if (!account || account.tokens.refreshToken === tokens.refreshToken) throw error
    return account.tokens
  } finally {
    if (!state.unsaved) await journal.end(isSettled)
  }
  try {
    return await save(accountId, options)
  } finally {
    await journal.end(!state.unsaved)
  }
}

/** Whether the refresh token may be spent, though nobody has the answer. */
function isUncertain(error: unknown): boolean {
  const isOfServer = error instanceof NetworkError || error instanceof AuthorizationServerError
  return isOfServer && error.isUncertain
}

/** Stores new tokens, unless the user has logged in again or out meanwhile. */
async function save(accountId: string, {store, state}: RefreshAccountOptions): Promise<TokenSet> {
  const {unsaved} = state
  try {
    if (unsaved) await store.change(accountId, {...unsaved, ...parseProfile(unsaved.tokens)})
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    const fact = error.message.replace('Nothing was changed. ', '')
    throw new StorageError(
      `${fact} The server has renewed the login already; what it gave is kept until it can be saved.`,
      {cause: error},
    )
  }
  delete state.unsaved
  return assertLoggedIn(await store.get(accountId)).tokens
}

/** After a refusal: another program may have been faster, with the same refresh token. */
async function adoptOrMark(
  accountId: string,
  refusal: Refusal,
  options: RefreshAccountOptions,
): Promise<TokenSet> {
  const {error, tokens: refused} = refusal
  const {store, delay} = options
  const isReuse = error.reason === 'reused'
  for (const pauseMs of isReuse ? LOOKS_AFTER_REUSE_MS : [0]) {
    if (pauseMs > 0) await delay(pauseMs)
    const {tokens} = assertLoggedIn(await store.reload(accountId))
    if (tokens.refreshToken !== refused.refreshToken) return tokens
  }
  const account = assertLoggedIn(await store.get(accountId))
  const loginRequired = await toMark(account, refusal, options)
  try {
    await store.change(accountId, {loginRequired, spentRefreshToken: refused.refreshToken})
  } catch (storageError) {
    // The refusal is the news. Without the mark, the next call asks the server and hears it again.
    if (!(storageError instanceof StorageError)) throw storageError
  }
  // The other program's tokens may have come at the last moment, and then there is no mark.
  const {tokens} = (await store.get(accountId)) ?? account
  if (tokens.refreshToken !== refused.refreshToken) return tokens
  throw toLoginError({...account, loginRequired}, error)
}

/** What is remembered of a refusal. */
async function toMark(
  account: Account,
  {error, lastAskedMs, rejectedAccessToken, tokens}: Refusal,
  {now, findRotation}: RefreshAccountOptions,
): Promise<LoginRequired> {
  const isReuse = error.reason === 'reused'
  const rotation = isReuse ? await findRotation?.(account).catch(() => undefined) : undefined
  // Whoever sent it before was not answered, and that was us.
  const isLost = isReuse && !rotation && lastAskedMs !== undefined
  const isWorking = tokens.expiresAtMs > now() && tokens.accessToken !== rejectedAccessToken
  return {
    ...(isLost ? {reason: 'lost', rotatedAtMs: lastAskedMs} : {reason: error.reason, ...rotation}),
    sinceMs: now(),
    ...(isWorking && {worksUntilMs: tokens.expiresAtMs}),
  }
}
