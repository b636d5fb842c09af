/**
 * A login that waits for its user, of either kind.
 *
 * @module
 */
import type {TokenSet} from './token-set.ts'

/** A login that waits for its user. Only `url` may be shown; the rest stays with the login. */
export interface Login {
  /** What to open in the browser. */
  readonly url: URL
  readonly redirectUri: string
  /** Comes back with the code, see `checkState` and `parseRedirect`. */
  readonly state: string
  /**
   * Trades what the browser brought back for tokens. A code works once.
   *
   * @param clientId Comes with the code of an app.
   * @throws {LoginFailedError} The server did not accept the code, does not serve this network, or the app may not use the plan.
   * @throws {AuthorizationServerError} The answer says nothing about the code.
   * @throws {NetworkError} There was no answer in time.
   */
  readonly trade: (code: string, clientId?: string) => Promise<TokenSet>
}

/** Who asks. */
export interface AppLoginOptions {
  /** `http://127.0.0.1:<any port>/auth/callback`. */
  readonly redirectUri: string
  /** `urn:uuid:…` of this installation, always the same. */
  readonly hostId: string
  /** That of the login that is to be renewed. Default: this login registers a new one. */
  readonly clientId?: string | undefined
  /** The email of the login that is to be renewed. */
  readonly loginHint?: string | undefined
}

/** How to log in as an app; absent to log in as Codex does. */
export type AppLogin = Omit<AppLoginOptions, 'redirectUri'>
