/**
 * Logging in as an app that registers itself ("Sign in with ChatGPT").
 *
 * The first login asks with a client id that all apps share. It comes back with one of its own, which belongs to this
 * user in this workspace, and is used from then on.
 *
 * @module
 * @see {@link https://developers.openai.com/siwc}
 */
import {
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import {LoginFailedError} from '../../errors.ts'
import {toJsonObject, toText} from '../../base/json-object.ts'
import {explainExchange, toExchangeError} from '../authorization-code.ts'
import type {AppLoginOptions, Login} from '../login.ts'
import {post} from '../post.ts'
import {revokeTokens} from '../revoke.ts'
import type {TokenRequestOptions} from '../token-request.ts'
import {parseTokenResponse} from '../token-response.ts'
import type {TokenSet} from '../token-set.ts'
import {DEFAULT_APP_API_URL, toAppEndpoint} from '../../codex/endpoints.ts'
import {verifyIdToken} from './verify-id-token.ts'

const DYNAMIC_CLIENT_ID = 'dynamic_agent_client'

/** What a user reads on the page. */
const AGENT_NAME = 'OpenAI Codex Auth'

/** Without it, an app is told who the user is, and may not ask anything. */
const PLAN_USE_SCOPE = 'chatgpt.tokens.use.direct'

const SCOPE = `openid profile email offline_access resource.invoke ${PLAN_USE_SCOPE}`

/** What client ids look like, which end up in addresses and files. */
const CLIENT_ID = /^[\w.-]{1,200}$/

/** Starts a login. */
export async function startAppLogin(
  options: TokenRequestOptions,
  {redirectUri, hostId, clientId, loginHint}: AppLoginOptions,
): Promise<Login> {
  const {server} = options
  const codeVerifier = randomPKCECodeVerifier()
  const [state, nonce] = [randomState(), randomNonce()]
  const url = toAppEndpoint(server.issuer, 'authorize')
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId ?? DYNAMIC_CLIENT_ID,
    redirect_uri: redirectUri,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    resource: DEFAULT_APP_API_URL,
    scope: SCOPE,
    // The name is for the registration only.
    ...(clientId === undefined && {agent_name_hint: AGENT_NAME}),
    ext_agent_host_id: hostId,
    ...(loginHint !== undefined && {login_hint: loginHint}),
    // Consent may have been given without use of the plan.
    ...(clientId !== undefined && {prompt: 'consent'}),
  }).toString()
  return {
    url,
    redirectUri,
    state,
    trade: (code, issuedId = clientId) => {
      const request = {code, clientId: assertClientId(issuedId), codeVerifier, redirectUri, nonce}
      return exchange(request, options)
    },
  }
}

function assertClientId(clientId: string | undefined): string {
  if (clientId !== undefined && CLIENT_ID.test(clientId)) return clientId
  throw new LoginFailedError(
    'Login failed: the answer from the browser has a code, but no client id. Paste the whole address of the last page.',
  )
}

interface AppExchange {
  readonly code: string
  readonly clientId: string
  readonly codeVerifier: string
  readonly redirectUri: string
  readonly nonce: string
}

async function exchange(
  {code, clientId, codeVerifier, redirectUri, nonce}: AppExchange,
  options: TokenRequestOptions,
): Promise<TokenSet> {
  const {server, fetch, now, signal} = options
  const url = toAppEndpoint(server.issuer, 'oauth/token')
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    resource: DEFAULT_APP_API_URL,
  })
  const answer = await post(url, form, {fetch, signal, explain: explainExchange})
  if (answer.status !== 200) {
    throw toExchangeError(answer, {host: url.host, secrets: [code, codeVerifier]})
  }
  const receivedAtMs = now()
  const explain = explainExchange
  const tokens = parseTokenResponse(answer, {receivedAtMs, appClientId: clientId, explain})
  await verifyIdToken(tokens, {clientId, nonce, ...options})
  // A server that leaves the scope out gives what was asked for (RFC 6749 §5.1).
  const scope = toText(toJsonObject(answer.body)['scope']) ?? SCOPE
  if (scope.split(' ').includes(PLAN_USE_SCOPE)) return tokens
  await revokeTokens(tokens, options)
  throw new LoginFailedError(
    'Login failed: you are logged in, but this app may not use your ChatGPT plan. Log in again, and allow it on the page of ChatGPT.',
  )
}
