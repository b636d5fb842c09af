/**
 * Reads and checks the parameters of `/api/accounts/authorize`.
 *
 * @module
 */
import {
  DYNAMIC_CLIENT_ID,
  type AppRegistration,
  type AppRegistrationBook,
} from '../../state/app-registration-book.ts'

/** The API that a token of an app is for. */
export const APP_RESOURCE = 'https://api.openai.com/v1'

/** Without it in the scope, a token says who the user is, and answers nothing. */
export const PLAN_USE_SCOPE = 'chatgpt.tokens.use.direct'

/** The parameters, in the order in which the page repeats them. */
export const APP_PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'code_challenge',
  'code_challenge_method',
  'state',
  'nonce',
  'scope',
  'resource',
  'agent_name_hint',
  'ext_agent_host_id',
  'login_hint',
  'id_token_hint',
  'prompt',
] as const

/** A login that an app asks for. */
export interface AppAuthorizationRequest {
  readonly redirectUri: string
  readonly codeChallenge: string
  readonly state: string
  readonly nonce: string | undefined
  readonly scope: string
  readonly agentName: string
  readonly hostId: string
  /** Of an app that has been here before. */
  readonly registration: AppRegistration | undefined
}

/** The request, or a sentence that says what is wrong with it. */
export type ParsedAppRequest =
  | {readonly kind: 'invalid'; readonly message: string}
  | {readonly kind: 'parsed'; readonly request: AppAuthorizationRequest}

const S256_CHALLENGE = /^[\w-]{43}$/
const REDIRECT_URI = /^http:\/\/127\.0\.0\.1:\d{1,5}\/auth\/callback$/
const HOST_ID = /^urn:uuid:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

type Parameters = Readonly<Partial<Record<(typeof APP_PARAMETERS)[number], string>>>

/** What is refused, and the sentence for it. */
const CHECKS: readonly (readonly [isRight: (given: Parameters) => boolean, message: string])[] = [
  [(given) => given.response_type === 'code', 'The parameter response_type must be "code".'],
  [
    (given) => REDIRECT_URI.test(given.redirect_uri ?? ''),
    'The parameter redirect_uri must be http://127.0.0.1:<port>/auth/callback.',
  ],
  [
    (given) =>
      given.code_challenge_method === 'S256' && S256_CHALLENGE.test(given.code_challenge ?? ''),
    'PKCE is required: code_challenge (43 characters), code_challenge_method=S256.',
  ],
  [(given) => (given.state ?? '') !== '', 'The parameter state is missing.'],
  [(given) => given.resource === APP_RESOURCE, `The parameter resource must be ${APP_RESOURCE}.`],
  [
    (given) => (given.scope ?? '').split(' ').includes('openid'),
    'The parameter scope must contain openid.',
  ],
]

/** Reads and checks the parameters. */
export function parseAppRequest(
  parameters: URLSearchParams,
  registrations: AppRegistrationBook,
): ParsedAppRequest {
  const given: Parameters = Object.fromEntries(
    APP_PARAMETERS.flatMap((name) => {
      const value = parameters.get(name)
      return value === null ? [] : [[name, value]]
    }),
  )
  const refused = CHECKS.find(([isRight]) => !isRight(given))
  if (refused) return invalid(refused[1])
  return findClient(given, registrations)
}

function findClient(given: Parameters, registrations: AppRegistrationBook): ParsedAppRequest {
  const {client_id: clientId = '', agent_name_hint: hint} = given
  const registration = registrations.find(clientId)
  if (clientId !== DYNAMIC_CLIENT_ID) {
    if (!registration) return invalid('The parameter client_id names no app.')
    return hint
      ? invalid('The parameter agent_name_hint is for the first login only.')
      : toRequest({ext_agent_host_id: registration.hostId, ...given}, registration)
  }
  if (!hint) return invalid('The parameter agent_name_hint is missing.')
  return toRequest(given, undefined)
}

function toRequest(given: Parameters, registration: AppRegistration | undefined): ParsedAppRequest {
  const {
    agent_name_hint: agentName = '',
    code_challenge: codeChallenge = '',
    ext_agent_host_id: hostId = '',
    nonce,
    redirect_uri: redirectUri = '',
    scope = '',
    state = '',
  } = given
  if (!HOST_ID.test(hostId)) return invalid('The parameter ext_agent_host_id must be a urn:uuid.')
  const request = {redirectUri, codeChallenge, state, nonce, scope, agentName, hostId}
  return {
    kind: 'parsed',
    request: {...request, agentName: registration?.agentName ?? agentName, registration},
  }
}

function invalid(message: string): ParsedAppRequest {
  return {kind: 'invalid', message}
}
