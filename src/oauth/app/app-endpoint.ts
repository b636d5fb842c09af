/**
 * Where apps log in ("Sign in with ChatGPT"): other addresses than those of Codex, at the same authorization server.
 *
 * @module
 * @see {@link https://developers.openai.com/siwc}
 */

/** The API that the tokens are for. It stays the same, wherever that is asked. */
export const APP_RESOURCE = 'https://api.openai.com/v1'

/** The address of an endpoint for apps. */
export function toAppEndpoint(
  issuer: URL,
  name: 'authorize' | 'oauth/revoke' | 'oauth/token',
): URL {
  return new URL(`/api/accounts/${name}`, issuer)
}
