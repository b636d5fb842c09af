/**
 * Signs tokens the way the authorization server does, and reads them back.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {
  createLocalJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type JWK,
  type JWTPayload,
} from 'jose'
import type {SimulatedAccount} from './simulated-account.ts'

const ALGORITHM = 'ES256'
const API_AUDIENCE = 'https://api.openai.com/v1'

/** What a pair of tokens says. */
export interface TokenFacts {
  readonly account: SimulatedAccount
  readonly clientId: string
  readonly scope: string
  readonly sessionId: string
  readonly lifetimeSeconds: number
  /** Echoed in the id token, when the client sent one. */
  readonly nonce: string | undefined
}

/** A signed pair of tokens. */
export interface SignedTokens {
  readonly idToken: string
  readonly accessToken: string
  /** `jti` of the access token. */
  readonly accessTokenId: string
}

/** What reading an access token came to. */
export type ReadAccessToken =
  | {readonly kind: 'valid'; readonly id: string}
  | {readonly kind: 'expired'}
  | {readonly kind: 'unreadable'}

/** Signs and reads tokens with one key. */
export interface TokenSigner {
  /** The public key, for `/.well-known/jwks.json`. */
  readonly jwks: {readonly keys: JWK[]}
  sign(facts: TokenFacts): Promise<SignedTokens>
  read(accessToken: string): Promise<ReadAccessToken>
}

/** Makes a signer with a fresh key. */
export async function createTokenSigner(options: {
  readonly issuer: () => string
  readonly now: () => number
}): Promise<TokenSigner> {
  const {privateKey, publicKey} = await generateKeyPair(ALGORITHM, {extractable: true})
  const kid = randomUUID()
  const jwk: JWK = {...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: 'sig'}
  const jwks = {keys: [jwk]}
  const keySet = createLocalJWKSet(jwks)

  function signClaims(claims: JWTPayload): Promise<string> {
    const header = {alg: ALGORITHM, kid, typ: 'JWT'}
    return new SignJWT(claims).setProtectedHeader(header).sign(privateKey)
  }

  return {
    jwks,
    sign: async (facts) => {
      const times = toTimes(options.now(), facts.lifetimeSeconds)
      const shared = {iss: options.issuer(), ...times, ...toUserClaims(facts)}
      const accessTokenId = randomUUID()
      const [idToken, accessToken] = await Promise.all([
        signClaims({...shared, ...toIdClaims(facts), jti: randomUUID()}),
        signClaims({...shared, ...toAccessClaims(facts), jti: accessTokenId}),
      ])
      return {idToken, accessToken, accessTokenId}
    },
    read: async (accessToken) => {
      try {
        const currentDate = new Date(options.now())
        const {payload} = await jwtVerify(accessToken, keySet, {
          audience: API_AUDIENCE,
          currentDate,
        })
        return payload.jti === undefined ? {kind: 'unreadable'} : {kind: 'valid', id: payload.jti}
      } catch (error) {
        return {kind: error instanceof errors.JWTExpired ? 'expired' : 'unreadable'}
      }
    },
  }
}

function toTimes(nowMs: number, lifetimeSeconds: number): JWTPayload {
  const issuedAtSeconds = Math.floor(nowMs / 1000)
  return {iat: issuedAtSeconds, nbf: issuedAtSeconds, exp: issuedAtSeconds + lifetimeSeconds}
}

function toUserClaims({account, sessionId}: TokenFacts): JWTPayload {
  return {sub: `auth0|${account.userId.replace(/^user-/, '')}`, session_id: sessionId}
}

function toIdClaims(facts: TokenFacts): JWTPayload {
  const {account} = facts
  return {
    aud: [facts.clientId],
    ...(facts.nonce !== undefined && {nonce: facts.nonce}),
    email: account.email,
    email_verified: true,
    name: account.email.replace(/@.*/, ''),
    auth_provider: 'password',
    'https://api.openai.com/auth': {
      ...toAuthClaim(account),
      completed_platform_onboarding: false,
      is_org_owner: true,
      organizations: [
        {
          id: `org-${account.userId.slice(-24)}`,
          is_default: true,
          role: 'owner',
          title: 'Personal',
        },
      ],
      groups: [],
    },
  }
}

function toAccessClaims({account, clientId, scope}: TokenFacts): JWTPayload {
  return {
    aud: [API_AUDIENCE],
    client_id: clientId,
    scp: scope.split(' '),
    'https://api.openai.com/auth': toAuthClaim(account),
    'https://api.openai.com/profile': {email: account.email, email_verified: true},
  }
}

function toAuthClaim(account: SimulatedAccount): Record<string, unknown> {
  return {
    ...(account.namesAccount && {
      chatgpt_account_id: account.accountId,
      chatgpt_account_user_id: `${account.userId}__${account.accountId}`,
    }),
    chatgpt_compute_residency: 'no_constraint',
    chatgpt_plan_type: account.plan,
    chatgpt_user_id: account.userId,
    user_id: account.userId,
  }
}
