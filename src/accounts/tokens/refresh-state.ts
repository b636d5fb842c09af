/**
 * When an account's tokens are to be refreshed.
 *
 * @module
 */
import {decodePayload} from '../../base/jwt.ts'
import type {TokenSet} from '../../oauth/token-set.ts'

/** Refresh this long before the expiry, as the official CLI does. */
const REFRESH_AHEAD_MS = 5 * 60_000

/**
 * Least time between two refreshes of one account. Only a 401 to a token that did not come from a
 * refresh can shorten it: the server has invalidated many logins at once that were rotated quickly.
 */
const REFRESH_PAUSE_MS = 60_000

/** What is remembered about an account between calls. */
export interface RefreshState {
  /** The refresh that runs now, shared by everyone who waits. */
  pending?: Promise<TokenSet>
  /** New tokens that could not be saved yet, and the refresh token they were traded for. */
  unsaved?: {readonly tokens: TokenSet; readonly spentRefreshToken: string}
  /** Whether something tries to save them in the background. */
  isSavedLater?: true
  /** An access token that looked too old when it came: the clock is wrong, or tokens live short. */
  oldOnArrival?: string
  /** The access token that the last refresh replaced. */
  replaced?: string
  /** The access token that the last refresh brought. */
  newest?: string
  /** An access token that another process had brought when the backend rejected ours. */
  adopted?: string
  /** Milliseconds since the Unix epoch. */
  lastRefreshMs?: number
}

/** Why tokens are wanted. */
export interface RefreshCause {
  /** What the backend answered with 401; absent when the clock alone asks. */
  readonly rejectedAccessToken?: string
}

/** Whether `tokens` are to be refreshed. If not, they are the best there are. */
export function isRefreshDue(
  tokens: TokenSet,
  {rejectedAccessToken}: RefreshCause,
  {state, nowMs}: {readonly state: RefreshState; readonly nowMs: number},
): boolean {
  const {accessToken, app} = tokens
  // The authorization server of an app refuses it, whatever the reason.
  if ((app?.earliestRefreshAtMs ?? 0) > nowMs) return false
  const {lastRefreshMs = -Infinity} = state
  if (accessToken === rejectedAccessToken) {
    if (accessToken === state.newest) return !isRecent(lastRefreshMs, nowMs)
    // Several processes must not take turns in replacing each other's new tokens.
    return accessToken !== state.adopted || !isRecent(toIssuedAtMs(accessToken), nowMs)
  }
  if (accessToken === state.oldOnArrival || !isOld(tokens, nowMs)) return false
  // The caller read the store just before the refresh wrote to it.
  return accessToken === state.replaced || !isRecent(lastRefreshMs, nowMs)
}

/** Remembers what a refresh brought. */
export function noteRefresh(state: RefreshState, replaced: TokenSet, nowMs: number): void {
  const {tokens} = state.unsaved ?? {}
  if (!tokens) return
  state.lastRefreshMs = nowMs
  state.newest = tokens.accessToken
  if (isOld(tokens, nowMs)) state.oldOnArrival = tokens.accessToken
  if (tokens.accessToken !== replaced.accessToken) state.replaced = replaced.accessToken
}

/** A login that cannot be renewed is used to its end. */
function isOld({expiresAtMs, refreshToken}: TokenSet, nowMs: number): boolean {
  return expiresAtMs - nowMs <= (refreshToken === '' ? 0 : REFRESH_AHEAD_MS)
}

/** The clock may have been set back since. */
function isRecent(timeMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - timeMs) < REFRESH_PAUSE_MS
}

function toIssuedAtMs(accessToken: string): number {
  return (decodePayload(accessToken).iat ?? -Infinity) * 1000
}
