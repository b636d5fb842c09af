import {createRemoteJWKSet, jwtVerify} from 'jose'
import {expect, test} from 'vitest'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {readText, startTestSimulator, userMessage} from '../../support/servers/ask-simulator.ts'

/** The example of RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const REDIRECT_URI = 'http://127.0.0.1:50123/auth/callback'
const RESOURCE = 'https://api.openai.com/v1'
const HOST_ID = 'urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8'

function authorizationUrl(
  simulator: Simulator,
  changes: Readonly<Record<string, string>> = {},
): URL {
  const url = new URL('/api/accounts/authorize', simulator.issuer)
  const parameters = {
    response_type: 'code',
    client_id: 'dynamic_agent_client',
    redirect_uri: REDIRECT_URI,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'a-state',
    nonce: 'a-nonce',
    resource: RESOURCE,
    scope: 'openid profile email offline_access resource.invoke chatgpt.tokens.use.direct',
    agent_name_hint: 'An <app>',
    ext_agent_host_id: HOST_ID,
    ...changes,
  }
  url.search = new URLSearchParams(
    Object.entries(parameters).filter(([, value]) => value !== ''),
  ).toString()
  return url
}

function post(simulator: Simulator, name: string, fields: Readonly<Record<string, string>>) {
  return fetch(new URL(`/api/accounts/oauth/${name}`, simulator.issuer), {
    method: 'POST',
    body: new URLSearchParams({resource: RESOURCE, ...fields}),
  })
}

async function logIn(simulator: Simulator, decision: {readonly withoutPlan?: boolean} = {}) {
  const redirect = await simulator.approve(authorizationUrl(simulator), decision)
  const clientId = redirect.searchParams.get('client_id') ?? ''
  const response = await post(simulator, 'token', {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    code: redirect.searchParams.get('code') ?? '',
    code_verifier: VERIFIER,
  })
  return {clientId, tokens: (await response.json()) as Record<string, string | number>}
}

function askModel(
  simulator: Simulator,
  token: string | number | undefined,
  {fields = {}, headers = {}}: {fields?: object; headers?: Record<string, string>} = {},
) {
  return fetch(new URL('/v1/responses', simulator.url), {
    method: 'POST',
    headers: {authorization: `Bearer ${token}`, ...headers},
    body: JSON.stringify({
      model: 'gpt-5.5',
      input: [userMessage('hello')],
      stream: true,
      store: false,
      ...fields,
    }),
  })
}

test('registers an app on its first login, signs with RS256, and rotates refresh tokens from earliest_refresh_at on', async () => {
  let nowMs = Date.parse('2026-11-30T12:00:00Z')
  const simulator = await startTestSimulator({now: () => nowMs})

  const page = await (await fetch(authorizationUrl(simulator))).text()
  const {clientId, tokens} = await logIn(simulator)
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', simulator.issuer))
  const {payload, protectedHeader} = await jwtVerify(String(tokens['id_token']), keys, {
    currentDate: new Date(nowMs),
  })
  const refresh = {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(tokens['refresh_token']),
  }
  const tooEarly = await post(simulator, 'token', refresh)
  nowMs += 50 * 60_000
  const refreshed = await post(simulator, 'token', refresh)
  const reused = await post(simulator, 'token', refresh)
  const next = (await refreshed.json()) as {refresh_token: string}
  nowMs += 31 * 86_400_000
  const expired = await post(simulator, 'token', {...refresh, refresh_token: next.refresh_token})

  expect(page).toContain('<strong>An &lt;app&gt;</strong>')
  expect(page).toContain('Weekly cap for this app')
  expect(clientId).toMatch(/^oaiapp_/)
  expect(protectedHeader.alg).toBe('RS256')
  expect(payload).toMatchObject({aud: [clientId], nonce: 'a-nonce', email: 'you@example.com'})
  expect(tokens).toMatchObject({expires_in: 3600, earliest_refresh_at: 1_796_043_000})
  expect(tooEarly.status).toBe(400)
  expect(refreshed.status).toBe(200)
  expect(await reused.json()).toMatchObject({error: 'invalid_grant'})
  expect(await expired.json()).toMatchObject({error: 'invalid_grant'})
})

test.each([
  ['a redirect to localhost', {redirect_uri: 'http://localhost:1455/auth/callback'}],
  ['no resource', {resource: ''}],
  ['a first login without a name', {agent_name_hint: ''}],
  ['a host id that is none', {ext_agent_host_id: 'my-laptop'}],
  ['a client nobody knows', {client_id: 'oaiapp_unknown'}],
])('refuses %s', async (_what, changes) => {
  const simulator = await startTestSimulator()

  const response = await fetch(authorizationUrl(simulator, changes))

  expect(response.status).toBe(400)
})

test('lets a registered app ask again for its own user only', async () => {
  const accounts = [{email: 'ada@example.com'}, {email: 'bob@example.com'}]
  const simulator = await startTestSimulator({accounts})
  const {clientId} = await logIn(simulator)

  const again = authorizationUrl(simulator, {client_id: clientId, agent_name_hint: ''})
  const redirect = await simulator.approve(again)

  expect(redirect.searchParams.get('client_id')).toBe(clientId)
  await expect(simulator.approve(again, {email: 'bob@example.com'})).rejects.toThrow(
    'does not offer',
  )
})

test('answers an app until its weekly cap, and says until when or does not', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', appRequestsPerWeek: 1}],
  })
  const {tokens} = await logIn(simulator)
  const token = tokens['access_token']

  const text = await readText(await askModel(simulator, token))
  const atCap = await askModel(simulator, token)
  simulator.changeAccount('ada@example.com', {appTellsReset: false, appRequestsPerWeek: 0})
  const silent = await askModel(simulator, token)

  expect(text).toBe('gpt-5.5 (medium) heard: hello')
  expect(atCap.status).toBe(429)
  expect(await atCap.json()).toMatchObject({
    error: {code: 'usage_limit_reached', limit_window_minutes: 10_080},
  })
  expect(await silent.json()).not.toHaveProperty('error.resets_at')
})

test.each([
  ['a field', {fields: {temperature: 1}}, 'Unsupported parameter: temperature'],
  ['an answer before', {fields: {previous_response_id: 'r'}}, 'previous_response_id'],
  ['a text as input', {fields: {input: 'hello'}}, 'Input must be a list'],
  [
    'a system message',
    {fields: {input: [{role: 'system', content: 'Hi'}]}},
    'System messages are not allowed',
  ],
  [
    'a function outside a namespace',
    {fields: {tools: [{type: 'function', name: 'f', parameters: {}}]}},
    'must be in a namespace',
  ],
  ['image generation', {fields: {tools: [{type: 'image_generation'}]}}, 'is not available'],
  ['a header of Codex', {headers: {originator: 'codex_cli_rs'}}, 'originator does not belong'],
])('refuses %s', async (_what, request, words) => {
  const simulator = await startTestSimulator()
  const {access_token: token} = await simulator.issueAppTokens()

  const response = await askModel(simulator, token, request)

  expect(response.status).toBe(400)
  expect(await response.text()).toContain(words)
})

test('keeps the two kinds of logins apart, and answers no app without use of the plan', async () => {
  const simulator = await startTestSimulator()
  const {tokens} = await logIn(simulator, {withoutPlan: true})
  const app = await simulator.issueAppTokens()
  const codex = await simulator.issueTokens()
  const models = (token: string, path: string) =>
    fetch(new URL(path, simulator.url), {headers: {authorization: `Bearer ${token}`}})

  expect(tokens['scope']).toBe('openid profile email offline_access resource.invoke')
  expect((await askModel(simulator, tokens['access_token'])).status).toBe(403)
  expect((await models(codex.access_token, '/v1/models')).status).toBe(401)
  expect(
    (await models(app.access_token, '/backend-api/codex/models?client_version=0.171.0')).status,
  ).toBe(401)
  const listed = (await (await models(app.access_token, '/v1/models')).json()) as {models: unknown}
  expect(listed.models).toContainEqual({
    slug: 'gpt-5.5',
    display_name: 'GPT-5.5',
    visibility: 'list',
  })

  await post(simulator, 'revoke', {token: app.refresh_token, client_id: app.client_id})

  expect((await models(app.access_token, '/v1/models')).status).toBe(401)
})
