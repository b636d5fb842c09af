import {get} from 'node:http'
import {createRemoteJWKSet, decodeJwt, jwtVerify} from 'jose'
import {expect, test} from 'vitest'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'

/** The example of RFC 7636, appendix B. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const REDIRECT_URI = 'http://localhost:1455/auth/callback'
const MINUTE_MS = 60_000

function authorizationUrl(
  simulator: Simulator,
  changes: Readonly<Record<string, string>> = {},
): URL {
  const url = new URL('/oauth/authorize', simulator.issuer)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: 'app_test',
    redirect_uri: REDIRECT_URI,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'st"<ate',
    originator: 'a <b>bold</b> editor',
    ...changes,
  }).toString()
  return url
}

async function exchange(
  simulator: Simulator,
  changes: Readonly<Record<string, string>>,
): Promise<Response> {
  return fetch(new URL('/oauth/token', simulator.issuer), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'app_test',
      redirect_uri: REDIRECT_URI,
      code_verifier: VERIFIER,
      ...changes,
    }),
  })
}

async function getCode(simulator: Simulator): Promise<string> {
  const redirect = await simulator.approve(authorizationUrl(simulator))
  return redirect.searchParams.get('code') ?? ''
}

test('shows who asks, and escapes everything that came from outside', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com', plan: 'pro'}],
  })

  const response = await fetch(authorizationUrl(simulator))

  const html = await response.text()
  expect(html).toContain('a &lt;b&gt;bold&lt;/b&gt; editor')
  expect(html).toContain('value="st&quot;&lt;ate"')
  expect(html.match(/type="radio"/g)).toHaveLength(2)
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('redirects with code and state, and exchanges the code for tokens', async () => {
  const simulator = await startTestSimulator()

  const redirect = await simulator.approve(authorizationUrl(simulator))
  const response = await exchange(simulator, {code: redirect.searchParams.get('code') ?? ''})

  expect(redirect.origin + redirect.pathname).toBe(REDIRECT_URI)
  expect(redirect.searchParams.get('state')).toBe('st"<ate')
  const tokens = (await response.json()) as Record<string, unknown>
  expect(tokens['refresh_token']).toMatch(/^rt_/)
  expect(Object.keys(tokens)).toEqual(expect.arrayContaining(['access_token', 'id_token']))
  expect(tokens).toMatchObject({
    token_type: 'Bearer',
    expires_in: 864_000,
    scope: 'openid profile email offline_access',
  })
})

test('signs tokens with a published key, and says in them who logged in', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', plan: 'pro', userId: 'user-1', accountId: 'ws-1'}],
  })
  const {access_token: accessToken, id_token: idToken} = await simulator.issueTokens()

  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', simulator.issuer))
  const id = await jwtVerify(idToken, keys, {issuer: simulator.url.origin})
  const access = await jwtVerify(accessToken, keys, {audience: 'https://api.openai.com/v1'})

  expect(id.payload).toMatchObject({
    email: 'ada@example.com',
    'https://api.openai.com/auth': {
      chatgpt_account_id: 'ws-1',
      chatgpt_user_id: 'user-1',
      chatgpt_plan_type: 'pro',
    },
  })
  expect(access.payload).toMatchObject({
    'https://api.openai.com/auth': {chatgpt_account_id: 'ws-1', user_id: 'user-1'},
    'https://api.openai.com/profile': {email: 'ada@example.com'},
  })
})

test('publishes where everything is', async () => {
  const simulator = await startTestSimulator()

  const response = await fetch(new URL('/.well-known/openid-configuration', simulator.issuer))

  expect(await response.json()).toMatchObject({
    issuer: simulator.url.origin,
    token_endpoint: `${simulator.url.origin}/oauth/token`,
    code_challenge_methods_supported: ['S256'],
  })
})

test('logs in the account that the user chose', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })

  const redirect = await simulator.approve(authorizationUrl(simulator), {email: 'bob@example.com'})
  const response = await exchange(simulator, {code: redirect.searchParams.get('code') ?? ''})

  const {id_token: idToken} = (await response.json()) as {id_token: string}
  expect(decodeJwt(idToken)['email']).toBe('bob@example.com')
})

test('redirects with access_denied when the user cancels', async () => {
  const simulator = await startTestSimulator()

  const redirect = await simulator.approve(authorizationUrl(simulator), {cancel: true})

  expect(Object.fromEntries(redirect.searchParams)).toEqual({
    error: 'access_denied',
    error_description: 'The user cancelled the login.',
    state: 'st"<ate',
  })
})

test('shows the code for pasting', async () => {
  const simulator = await startTestSimulator()
  const page = await (await fetch(authorizationUrl(simulator))).text()
  const account = /name="account" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const form = new URLSearchParams(authorizationUrl(simulator).searchParams)
  form.set('account', account)
  form.set('decision', 'paste')

  const response = await fetch(new URL('/oauth/authorize', simulator.url), {
    method: 'POST',
    body: form,
  })

  const code = /id="code" value="(ac_[^"]+)"/.exec(await response.text())?.[1] ?? ''
  expect((await exchange(simulator, {code})).status).toBe(200)
})

test.each([
  ['a client_id that is missing', {client_id: ''}, 'client_id'],
  ['another response_type', {response_type: 'token'}, 'response_type'],
  ['a redirect to another computer', {redirect_uri: 'https://example.com/'}, 'redirect_uri'],
  ['a redirect that is no address', {redirect_uri: 'javascript:alert(1)'}, 'redirect_uri'],
  ['a plain challenge', {code_challenge_method: 'plain'}, 'PKCE'],
  ['a challenge that is too short', {code_challenge: 'abc'}, 'PKCE'],
])('explains %s on a page', async (_, changes, word) => {
  const simulator = await startTestSimulator()

  const response = await fetch(authorizationUrl(simulator, changes))

  expect(response.status).toBe(400)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(await response.text()).toMatch(new RegExp(`role="alert">[^<]*${word}`))
})

test('offers only the workspaces that the client allows', async () => {
  const simulator = await startTestSimulator({
    accounts: [
      {email: 'ada@example.com', accountId: 'a'},
      {email: 'bob@example.com', accountId: 'b'},
    ],
  })
  const url = authorizationUrl(simulator, {allowed_workspace_id: 'b'})

  await expect(simulator.approve(url, {email: 'ada@example.com'})).rejects.toThrow(
    'The page does not offer the account ada@example.com',
  )
  await expect(simulator.approve(url, {email: 'bob@example.com'})).resolves.toBeInstanceOf(URL)
})

test.each([
  ['another verifier', {code_verifier: 'x'.repeat(43)}, 'The code_verifier does not match'],
  ['no verifier', {code_verifier: ''}, 'The code_verifier does not match'],
  ['another redirect_uri', {redirect_uri: 'http://localhost:1/'}, 'The redirect_uri is not'],
  ['another client', {client_id: 'app_other'}, 'The client_id is not'],
  ['another code', {code: 'ac_x'}, 'The authorization code is unknown'],
])('does not exchange a code with %s', async (_, changes, description) => {
  const simulator = await startTestSimulator()
  const code = await getCode(simulator)

  const response = await exchange(simulator, {code, ...changes})

  const body = (await response.json()) as Record<string, unknown>
  expect([response.status, body['error']]).toEqual([400, 'invalid_grant'])
  expect(body['error_description']).toContain(description)
})

test('exchanges a code once', async () => {
  const simulator = await startTestSimulator()
  const code = await getCode(simulator)

  const first = await exchange(simulator, {code})
  const second = await exchange(simulator, {code})

  expect([first.status, second.status]).toEqual([200, 400])
})

test('does not exchange a code after ten minutes', async () => {
  let nowMs = Date.parse('2026-11-20T12:00:00Z')
  const simulator = await startTestSimulator({now: () => nowMs})
  const code = await getCode(simulator)

  nowMs += 10 * MINUTE_MS
  const response = await exchange(simulator, {code})

  expect(await response.json()).toMatchObject({
    error_description: 'The authorization code has expired.',
  })
})

test.each([
  ['urn:ietf:params:oauth:grant-type:token-exchange', 'unsupported_grant_type'],
  ['password', 'unsupported_grant_type'],
])('has no grant %s', async (grantType, error) => {
  const simulator = await startTestSimulator()

  const response = await exchange(simulator, {grant_type: grantType})

  expect([response.status, await response.json()]).toMatchObject([400, {error}])
})

test('leaves expires_in out when it is told to', async () => {
  const simulator = await startTestSimulator({sendsExpiresIn: false})

  const response = await exchange(simulator, {code: await getCode(simulator)})

  expect(await response.json()).not.toHaveProperty('expires_in')
})

async function startDevice(simulator: Simulator): Promise<Record<string, string>> {
  const response = await postJson(simulator, '/api/accounts/deviceauth/usercode', {
    client_id: 'app_test',
  })
  return (await response.json()) as Record<string, string>
}

async function postJson(simulator: Simulator, path: string, body: object): Promise<Response> {
  return fetch(new URL(path, simulator.url), {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(body),
  })
}

test('signs a device in: pending, approved on the page, exchanged', async () => {
  const simulator = await startTestSimulator()
  const login = await startDevice(simulator)
  const poll = {device_auth_id: login['device_auth_id'], user_code: login['user_code']}
  const pollPath = '/api/accounts/deviceauth/token'

  const pending = await postJson(simulator, pollPath, poll)
  await simulator.approveDevice(login['user_code']?.toLowerCase() ?? '')
  const approved = await postJson(simulator, pollPath, poll)

  expect(login['interval']).toBe('1')
  expect([pending.status, await pending.json()]).toMatchObject([
    403,
    {error: {code: 'deviceauth_authorization_unknown'}},
  ])
  const answer = (await approved.json()) as Record<string, string>
  const response = await exchange(simulator, {
    code: answer['authorization_code'] ?? '',
    code_verifier: answer['code_verifier'] ?? '',
    redirect_uri: new URL('/deviceauth/callback', simulator.issuer).href,
  })
  expect(response.status).toBe(200)
})

test('does not take a device code that is unknown or older than 15 minutes', async () => {
  let nowMs = Date.parse('2026-11-20T12:00:00Z')
  const simulator = await startTestSimulator({now: () => nowMs})
  const login = await startDevice(simulator)

  nowMs += 15 * MINUTE_MS

  for (const userCode of [login['user_code'] ?? '', 'ABCD-12345']) {
    await expect(simulator.approveDevice(userCode)).rejects.toThrow(
      'The page answered 400: This code is unknown, or too old. Start again.',
    )
  }
})

test.each([
  ['a page with another host name', {host: 'evil.example:1'}],
  ['a page of another origin', {origin: 'https://evil.example'}],
  ['a page without an origin', {origin: 'null'}],
])('keeps %s away from pages and controls', async (_, headers) => {
  const simulator = await startTestSimulator()

  const statuses = []
  for (const path of ['/oauth/authorize', '/codex/device', '/_simulator/requests']) {
    statuses.push(await statusOf(new URL(path, simulator.url), headers))
  }

  expect(statuses).toEqual([403, 403, 403])
})

test('keeps other pages of this computer away from controls, and lets them lead to pages', async () => {
  const simulator = await startTestSimulator()
  const headers = {'sec-fetch-site': 'same-site'}
  const control = await statusOf(new URL('/_simulator/requests', simulator.url), headers)
  const page = await statusOf(new URL('/codex/device', simulator.url), headers)
  expect([control, page]).toEqual([403, 200])
})

/** `fetch` does not let a caller set `host`. */
async function statusOf(url: URL, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(url, {headers}, (response) => resolve(response.resume().statusCode)).once('error', reject)
  })
}
