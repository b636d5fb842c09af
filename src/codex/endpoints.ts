/**
 * The servers of ChatGPT accounts: where to log in, and where to ask.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/server.rs}
 */
import {parseEndpoint} from './parse-endpoint.ts'

/** The client id of the official Codex clients; the redirect URIs of `oauth/` are registered for it. */
export const CODEX_CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'

/** The authorization server of ChatGPT accounts. */
export const DEFAULT_ISSUER = 'https://auth.openai.com'

/** The backend of ChatGPT accounts. */
export const DEFAULT_BACKEND_URL = 'https://chatgpt.com/backend-api'

/** The API that answers logins of apps ("Sign in with ChatGPT"), and that their tokens are for, wherever it is asked. */
export const DEFAULT_APP_API_URL = 'https://api.openai.com/v1'

/** An authorization server, and this client's registration with it. */
export interface AuthorizationServer {
  readonly issuer: URL
  readonly clientId: string
}

/** The servers. */
export interface Endpoints {
  readonly server: AuthorizationServer
  /** Base URL of the backend, without a slash at its end. */
  readonly url: string
  /** Base URL of the API for apps, without a slash at its end. */
  readonly appUrl: string
}

/**
 * Reads the addresses from the environment.
 *
 * @throws {ConfigurationError} One of them is no address that tokens may go to.
 */
export function readEndpoints({
  CODEX_APP_API_URL,
  CODEX_AUTH_ISSUER_URL,
  CODEX_BACKEND_URL,
}: NodeJS.ProcessEnv): Endpoints {
  const issuer = parseEndpoint('CODEX_AUTH_ISSUER_URL', CODEX_AUTH_ISSUER_URL, DEFAULT_ISSUER)
  return {
    server: {issuer: new URL(issuer), clientId: CODEX_CLIENT_ID},
    url: parseEndpoint('CODEX_BACKEND_URL', CODEX_BACKEND_URL, DEFAULT_BACKEND_URL),
    appUrl: parseEndpoint('CODEX_APP_API_URL', CODEX_APP_API_URL, DEFAULT_APP_API_URL),
  }
}

/** The address of an endpoint at which apps log in: another one than that of Codex, at the same authorization server. */
export function toAppEndpoint(
  issuer: URL,
  name: 'authorize' | 'oauth/revoke' | 'oauth/token',
): URL {
  return new URL(`/api/accounts/${name}`, issuer)
}
