/**
 * The tokens of one login.
 *
 * @module
 */

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
