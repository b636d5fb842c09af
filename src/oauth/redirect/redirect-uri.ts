/**
 * The redirect URIs that are registered for the official Codex clients.
 *
 * @module
 * @see {@link https://github.com/openai/codex/blob/main/codex-rs/login/src/server.rs}
 */

/** Loopback ports whose redirect URI is registered, in the order to try them. */
export const REDIRECT_PORTS = [1455, 1457] as const

/** Path of the redirect URI. */
export const REDIRECT_PATH = '/auth/callback'

/**
 * The redirect URI that is registered for a loopback port; it must be used to the letter. Both names are
 * registered: earlier official clients use the first, later ones the second.
 */
export function toRedirectUri(port: number, host: 'localhost' | '127.0.0.1' = 'localhost'): string {
  return `http://${host}:${port}${REDIRECT_PATH}`
}
