/**
 * Starting a login, of either kind.
 *
 * @module
 */
import {createAuthorizationRequest, exchangeAuthorizationCode} from './authorization-code.ts'
import type {AppLogin, Login} from './login.ts'
import type {TokenRequestOptions} from './token-request.ts'

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
