/**
 * Signs tokens the way the authorization server does, and reads them back.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {
  errors,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWSHeaderParameters,
  type JWTPayload,
} from 'jose'
import type {SimulatedAccount} from './simulated-account.ts'

const API_AUDIENCE = 'https://api.openai.com/v1'

/** What a pair of tokens says. */
export interface TokenFacts {
  readonly account: SimulatedAccount
  readonly clientId: string
  readonly scope: string
  /** Whether an app gets them, which is told less. */
  readonly isApp: boolean
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

/** Signs and reads tokens. */
export interface TokenSigner {
  /** The public keys, for `/.well-known/jwks.json`. */
  jwks(): Promise<{readonly keys: readonly JWK[]}>
  sign(facts: TokenFacts): Promise<SignedTokens>
  read(accessToken: string): Promise<ReadAccessToken>
}

/** Makes a signer with fresh keys. */
export async function createTokenSigner(options: {
  readonly issuer: () => string
  readonly now: () => number
}): Promise<TokenSigner> {
  const codexKey = await createKey('ES256')
  let making: Promise<SigningKey> | undefined
  // Made when it is needed: it takes a hundred times as long as the other one.
  const makeAppKey = () => (making ??= createKey('RS256'))
  const findKey = async ({alg}: JWSHeaderParameters) =>
    (alg === 'RS256' ? await makeAppKey() : codexKey).publicKey

  return {
    jwks: async () => ({keys: [codexKey.jwk, (await makeAppKey()).jwk]}),
    sign: async (facts) => {
      const key = facts.isApp ? await makeAppKey() : codexKey
      const times = toTimes(options.now(), facts.lifetimeSeconds)
      const shared = {iss: options.issuer(), ...times, ...toUserClaims(facts)}
      const accessTokenId = randomUUID()
      const [idToken, accessToken] = await Promise.all([
        key.sign({...shared, ...toIdClaims(facts), jti: randomUUID()}),
        key.sign({...shared, ...toAccessClaims(facts), jti: accessTokenId}),
      ])
      return {idToken, accessToken, accessTokenId}
    },
    read: async (accessToken) => {
      try {
        const currentDate = new Date(options.now())
        const {payload} = await jwtVerify(accessToken, findKey, {
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

interface SigningKey {
  readonly publicKey: CryptoKey
  readonly jwk: JWK
  readonly sign: (claims: JWTPayload) => Promise<string>
}

async function createKey(alg: 'ES256' | 'RS256'): Promise<SigningKey> {
  const {privateKey, publicKey} = await generateKeyPair(alg, {extractable: true})
  const kid = randomUUID()
  return {
    publicKey,
    jwk: {...(await exportJWK(publicKey)), kid, alg, use: 'sig'},
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({alg, kid, typ: 'JWT'}).sign(privateKey),
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
    ...(!facts.isApp && toCodexClaims(account)),
  }
}

function toCodexClaims(account: SimulatedAccount): JWTPayload {
  return {
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

function toAccessClaims({account, clientId, isApp, scope}: TokenFacts): JWTPayload {
  const shared = {aud: [API_AUDIENCE], client_id: clientId, scp: scope.split(' ')}
  if (isApp) return shared
  return {
    ...shared,
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
