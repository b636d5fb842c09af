/**
 * `/.well-known/…`: what an OAuth library asks before it starts.
 *
 * @module
 */
import type {Exchange, Simulation} from '../state/simulation.ts'

/** `/.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`. */
export function answerDiscovery(_exchange: Exchange, {issuer}: Simulation): Response {
  const origin = issuer()
  return Response.json({
    issuer: origin,
    authorization_endpoint: `${origin}/oauth/authorize`,
    token_endpoint: `${origin}/oauth/token`,
    revocation_endpoint: `${origin}/oauth/revoke`,
    jwks_uri: `${origin}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    token_endpoint_auth_methods_supported: ['none'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
  })
}

/** `/.well-known/jwks.json`. */
export async function answerJwks(_exchange: Exchange, {signer}: Simulation): Promise<Response> {
  return Response.json(await signer.jwks())
}
