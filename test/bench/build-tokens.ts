/**
 * Tokens of a login that exists only in the benchmark.
 *
 * @module
 */

/** What the authorization server answers. The signature is none: nobody here checks it. */
export function buildTokens(name: string, lifetimeSeconds = 3600): Record<string, unknown> {
  const expiresAtSeconds = Math.floor(Date.now() / 1000) + lifetimeSeconds
  const claims = {
    sub: 'user-bench',
    exp: expiresAtSeconds,
    email: 'bench@example.com',
    'https://api.openai.com/auth': {
      chatgpt_account_id: 'workspace-bench',
      chatgpt_user_id: 'user-bench',
      chatgpt_plan_type: 'plus',
    },
    jti: name,
  }
  const token = `${encode({alg: 'RS256', typ: 'JWT'})}.${encode(claims)}.${encode(name)}`
  return {
    access_token: token,
    id_token: token,
    refresh_token: `refresh-${name}`,
    token_type: 'Bearer',
    expires_in: lifetimeSeconds,
  }
}

function encode(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
