/**
 * The tokens of one login.
 *
 * @module
 */

/** How long an access token lives that does not say, in milliseconds: as long as the official CLI believes it. */
export const DEFAULT_LIFETIME_MS = 8 * 24 * 60 * 60_000

/** The tokens of one login. */
export interface TokenSet {
  readonly accessToken: string
  /** Works once: a refresh answers with the next one. Empty where there is none, which only a new login changes. */
  readonly refreshToken: string
  /** Says who logged in. Absent in logins taken over from the earlier plugin. */
  readonly idToken?: string
  /** When the access token stops working, by the local clock (milliseconds since the Unix epoch). */
  readonly expiresAtMs: number
  /** Only where it is a login of "Sign in with ChatGPT"; without it, it is one of Codex. */
  readonly app?: AppGrant
}

/** What a login of "Sign in with ChatGPT" has beside its tokens. */
export interface AppGrant {
  /** Issued by the first login, for one user in one workspace. */
  readonly clientId: string
  /** The tokens must not be refreshed before then, by the local clock (milliseconds since the Unix epoch). */
  readonly earliestRefreshAtMs?: number
}

/** The two ways to log in to ChatGPT: as Codex does it, or as an app does. */
export type LoginKind = 'chatgpt-app' | 'codex'
