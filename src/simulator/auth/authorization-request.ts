/**
 * Reads and checks the parameters of `/oauth/authorize`.
 *
 * @module
 */
import {isLoopbackHost} from '../../base/loopback.ts'

/** A login that a client asks for. */
export interface AuthorizationRequest {
  readonly clientId: string
  /** As it was written: the exchange has to repeat it letter by letter. */
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly scope: string
  readonly state: string | undefined
  readonly nonce: string | undefined
  /** What the client calls itself. */
  readonly originator: string | undefined
  /** Only these workspaces may be chosen; every one when empty. */
  readonly allowedWorkspaceIds: readonly string[]
}

/** The request, or a sentence that says what is wrong with it. */
export type ParsedAuthorizationRequest =
  | {readonly kind: 'invalid'; readonly message: string}
  | {readonly kind: 'parsed'; readonly request: AuthorizationRequest}

/** Names of the parameters, in the order in which a page repeats them. */
export const AUTHORIZATION_PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'code_challenge',
  'code_challenge_method',
  'state',
  'scope',
  'nonce',
  'originator',
  'allowed_workspace_id',
] as const

const DEFAULT_SCOPE = 'openid profile email offline_access'
/** Base64url of a SHA-256, without padding. */
const S256_CHALLENGE = /^[\w-]{43}$/
const DEVICE_CALLBACK_PATH = '/deviceauth/callback'
const OPENAI_ISSUER = 'https://auth.openai.com'

/** Reads and checks the parameters of `/oauth/authorize`. */
export function parseAuthorizationRequest(parameters: URLSearchParams): ParsedAuthorizationRequest {
  const get = (name: (typeof AUTHORIZATION_PARAMETERS)[number]) => parameters.get(name) ?? undefined
  const clientId = get('client_id')
  if (!clientId) return invalid('The parameter client_id is missing.')
  if (get('response_type') !== 'code') return invalid('The parameter response_type must be "code".')
  const redirectUri = get('redirect_uri') ?? ''
  if (!isRedirectUri(redirectUri)) {
    return invalid('The parameter redirect_uri must be an http address of this computer.')
  }
  const codeChallenge = get('code_challenge') ?? ''
  if (get('code_challenge_method') !== 'S256' || !S256_CHALLENGE.test(codeChallenge)) {
    return invalid('PKCE is required: code_challenge (43 characters), code_challenge_method=S256.')
  }
  return {
    kind: 'parsed',
    request: {
      clientId,
      redirectUri,
      codeChallenge,
      scope: get('scope') ?? DEFAULT_SCOPE,
      state: get('state'),
      nonce: get('nonce'),
      originator: get('originator'),
      allowedWorkspaceIds: get('allowed_workspace_id')?.split(',').filter(Boolean) ?? [],
    },
  }
}

/** The redirect URIs that a client may name when it exchanges the code of a device login. */
export function deviceRedirectUris(issuer: string): readonly string[] {
  const localhost = issuer.replace('127.0.0.1', 'localhost')
  return [issuer, localhost, OPENAI_ISSUER].map((origin) => origin + DEVICE_CALLBACK_PATH)
}

function isRedirectUri(text: string): boolean {
  if (!URL.canParse(text)) return false
  const {hostname, protocol} = new URL(text)
  const isLoopback = protocol === 'http:' && isLoopbackHost(hostname)
  return isLoopback || text === OPENAI_ISSUER + DEVICE_CALLBACK_PATH
}

function invalid(message: string): ParsedAuthorizationRequest {
  return {kind: 'invalid', message}
}
