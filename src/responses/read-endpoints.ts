/**
 * Where to sign in, and where to ask.
 *
 * @module
 */
import {parseEndpoint} from '../http/endpoint.ts'
import {
  CODEX_CLIENT_ID,
  DEFAULT_ISSUER,
  type AuthorizationServer,
} from '../oauth/authorization-server.ts'
import {DEFAULT_BACKEND_URL} from './backend.ts'

/** The servers of ChatGPT accounts. */
export interface Endpoints {
  readonly server: AuthorizationServer
  /** Base URL of the backend. */
  readonly url: string
}

/**
 * Reads the addresses from the environment.
 *
 * @throws {ConfigurationError} One of them is no address that tokens may go to.
 */
export function readEndpoints({
  CODEX_AUTH_ISSUER_URL,
  CODEX_BACKEND_URL,
}: NodeJS.ProcessEnv): Endpoints {
  const issuer = parseEndpoint('CODEX_AUTH_ISSUER_URL', CODEX_AUTH_ISSUER_URL, DEFAULT_ISSUER)
  return {
    server: {issuer: new URL(issuer), clientId: CODEX_CLIENT_ID},
    url: parseEndpoint('CODEX_BACKEND_URL', CODEX_BACKEND_URL, DEFAULT_BACKEND_URL),
  }
}
