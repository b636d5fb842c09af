/**
 * One ChatGPT login, and where logins are kept.
 *
 * @module
 */
import type {LoginRequiredReason} from '../errors.ts'
import {type Claims, parseAppClaims, parseClaims} from '../oauth/claims.ts'
import type {TokenSet} from '../oauth/token-set.ts'
import type {RefreshJournal} from './refresh-journal.ts'

/**
 * One ChatGPT login: a user in a workspace.
 *
 * Only the user removes an account. A login that ended is marked with `loginRequired` and kept.
 */
export interface Account {
  /** User and workspace, see `toAccountId`. Unique in a store, and the same after a new login. */
  readonly id: string
  /** ChatGPT's id of the workspace, sent as `chatgpt-account-id`. Some logins name none. */
  readonly chatgptAccountId?: string
  readonly email?: string
  /** ChatGPT's name of the plan, for example `plus`. */
  readonly plan?: string
  readonly tokens: TokenSet
  /** Folder (a CODEX_HOME) of a login that other programs use as well; absent when it is ours alone. */
  readonly home?: string
  /**
   * Path of the other program's `auth.json` that this login was copied from. Both then share one
   * lineage of refresh tokens, and the first to refresh logs the other out.
   */
  readonly origin?: string
  /** Set when the authorization server refused the refresh token for good. */
  readonly loginRequired?: LoginRequired
}

/** Why and since when only a new login helps. */
export interface LoginRequired {
  readonly reason: LoginRequiredReason
  /** Milliseconds since the Unix epoch. */
  readonly sinceMs: number
  /** Who has the newer tokens, where it can be known: for example `the Codex CLI in ~/.codex`. */
  readonly rotatedBy?: string
  /** When they were made, or an answer was lost (milliseconds since the Unix epoch). */
  readonly rotatedAtMs?: number
  /**
   * Until when the access token may still work (milliseconds since the Unix epoch). Absent once it has expired,
   * or the backend has rejected it.
   */
  readonly worksUntilMs?: number
}

/** What can change about an account. `null` takes a field away. */
export interface AccountChange {
  readonly tokens?: TokenSet
  /**
   * The refresh token that `tokens` were traded for, or that was refused: when another one is stored by
   * now, nothing changes.
   */
  readonly spentRefreshToken?: string
  readonly email?: string
  readonly plan?: string
  readonly loginRequired?: LoginRequired | null
}

/**
 * Where accounts are kept. Stores take changes, not whole records, so that a slow writer cannot
 * bring back a refresh token that is used up.
 */
export interface AccountStore {
  /** Every account, in the order they should be tried. Answers from memory once loaded. */
  list(): Promise<readonly Account[]>
  /** The account as this process knows it; `undefined` when it was removed. */
  get(id: string): Promise<Account | undefined>
  /** The account as it is stored right now, in case another process changed it. */
  reload(id: string): Promise<Account | undefined>
  /**
   * Adds an account, or renews the one with the same id: its tokens, email and plan are replaced,
   * and `loginRequired` is cleared.
   *
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  add(account: Account): Promise<void>
  /**
   * Changes the named fields and keeps the rest. A removed account stays removed.
   *
   * @throws {StorageError} It could not be written; the state before is kept.
   */
  change(id: string, change: AccountChange): Promise<void>
  /** Removes the account and its tokens. No error when it is not there. */
  remove(id: string): Promise<void>
  /**
   * Tells `listener` when accounts have come, gone or changed their login state, here or in another
   * process. Whoever makes such a change in this process waits until the listener is done; it must not
   * reject.
   *
   * @returns Ends the watch.
   */
  watch(listener: AccountListener): () => void
  /**
   * Runs `task` while nobody else, in any process, does the same for this account. The lock ends with
   * the task, and with the process.
   *
   * @param task Gets the journal of the account, for what it is going to refresh.
   * @throws {StorageError} The lock could not be had.
   */
  lock<Result>(id: string, task: (journal: RefreshJournal) => Promise<Result>): Promise<Result>
}

/** Told of a change. */
export type AccountListener = () => Promise<void>

/** The account as it is after a change. With new tokens, what was wrong with the old ones is over. */
export function applyAccountChange(
  account: Account,
  {loginRequired, spentRefreshToken, ...fields}: AccountChange,
): Account {
  if (!isCurrent(account, spentRefreshToken)) return account
  const {loginRequired: before, ...rest} = {...account, ...fields}
  const kept = fields.tokens ? undefined : before
  const after = loginRequired === undefined ? kept : loginRequired
  return {...rest, ...(after && {loginRequired: after})}
}

/** Whether the account can be asked: its login works, or its access token does for a while. */
export function canAnswer({loginRequired}: Pick<Account, 'loginRequired'>, nowMs: number): boolean {
  return !loginRequired || (loginRequired.worksUntilMs ?? 0) > nowMs
}

/**
 * The account with its end, should nobody have noted it yet: a login without a refresh token ends with its access
 * token.
 */
export function withEnd(account: Account, nowMs: number): Account {
  const {loginRequired, tokens} = account
  if (loginRequired || tokens.refreshToken !== '' || tokens.expiresAtMs > nowMs) return account
  return {...account, loginRequired: {reason: 'expired', sinceMs: tokens.expiresAtMs}}
}

/** Whether what this refresh token was traded for may take the place of the account's tokens. */
export function isCurrent({tokens}: Account, spentRefreshToken: string | undefined): boolean {
  return spentRefreshToken === undefined || spentRefreshToken === tokens.refreshToken
}

/** The id of the account a login belongs to: neither the user nor the workspace alone is one. */
export function toAccountId({
  userId,
  chatgptAccountId,
}: Pick<Claims, 'userId' | 'chatgptAccountId'>): string {
  return chatgptAccountId === undefined ? userId : `${userId}:${chatgptAccountId}`
}

/**
 * The account of a login that has just succeeded.
 *
 * @param accountId ChatGPT's id of the workspace, should the tokens not say.
 * @throws {AccountIdNotFoundError} Nothing in the tokens says whose login it is.
 */
export function toAccount(tokens: TokenSet, accountId?: string): Account {
  if (tokens.app) {
    const {identity, ...profile} = parseAppClaims(tokens, tokens.app.clientId)
    return {id: identity, ...profile, tokens}
  }
  const {userId, ...claims} = parseClaims(tokens, accountId)
  return {id: toAccountId({userId, ...claims}), ...claims, tokens}
}

/** How a user recognises the account: its email, or the beginning of its id. */
export function toAccountLabel({id, email}: Pick<Account, 'email' | 'id'>): string {
  return email ?? id.slice(0, 8)
}
