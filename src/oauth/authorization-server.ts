/**
 * Where ChatGPT logins happen.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/server.rs}
 */
import type {Clock, FetchFunction} from '../http/fetch.ts'

/** The client id of the official Codex clients; the redirect URIs below are registered for it. */
export const CODEX_CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'

/** The authorization server of ChatGPT accounts. */
export const DEFAULT_ISSUER = 'https://auth.openai.com'

/** Loopback ports whose redirect URI is registered, in the order to try them. */
export const REDIRECT_PORTS = [1455, 1457] as const

/** Path of the redirect URI. */
export const REDIRECT_PATH = '/auth/callback'

/** An authorization server, and this client's registration with it. */
export interface AuthorizationServer {
  readonly issuer: URL
  readonly clientId: string
}

/** What a request for tokens needs from outside. */
export interface TokenRequestOptions {
  readonly server: AuthorizationServer
  readonly fetch: FetchFunction
  readonly now: Clock
  /** Gives up when aborted; the promise then rejects with its reason. */
  readonly signal?: AbortSignal
}

/**
 * The redirect URI that is registered for a loopback port; it must be used to the letter. Both names are
 * registered: earlier official clients use the first, later ones the second.
 */
export function toRedirectUri(port: number, host: 'localhost' | '127.0.0.1' = 'localhost'): string {
  return `http://${host}:${port}${REDIRECT_PATH}`
}
