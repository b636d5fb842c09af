/**
 * A login that waits for its user, of either kind.
 *
 * @module
 */
import {createAuthorizationRequest, exchangeAuthorizationCode} from './authorization-code.ts'
import type {AppLoginOptions} from './app/app-login.ts'
import type {TokenRequestOptions} from './token-request.ts'
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

/** How to log in as an app; absent to log in as Codex does. */
export type AppLogin = Omit<AppLoginOptions, 'redirectUri'>

/**
 * Starts a login.
 *
 * @param options.redirectUri Where the browser brings the code, see `toRedirectUri`.
 */
export async function startLogin(
  request: TokenRequestOptions,
  {app, redirectUri}: {readonly app?: AppLogin | undefined; readonly redirectUri: string},
): Promise<Login> {
  if (app) {
    // Loaded for the kind that needs it.
    const {startAppLogin} = await import('./app/app-login.ts')
    return startAppLogin(request, {...app, redirectUri})
  }
  const {codeVerifier, ...login} = await createAuthorizationRequest(request.server, {redirectUri})
  return {
    ...login,
    trade: (code) => exchangeAuthorizationCode({code, codeVerifier, redirectUri}, request),
  }
}
