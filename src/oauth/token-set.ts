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
}
