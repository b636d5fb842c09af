import {expect, test} from 'vitest'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {ask, startTestSimulator} from '../support/servers/ask-simulator.ts'

const CLIENT_ID = 'app_EMoamEEZ73f0CkXaXp7hrann'
const EMAIL = 'you@example.com'

async function refresh(simulator: Simulator, refreshToken: string): Promise<Response> {
  return fetch(new URL('/oauth/token', simulator.url), {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({
      client_id: CLIENT_ID,
      grant_type: 'refresh_token',
      refresh_reason: 'scheduled',
      refresh_token: refreshToken,
    }),
  })
}

test('a refresh gives new tokens, and its token works once', async () => {
  const simulator = await startTestSimulator()
  const {refresh_token: old} = await simulator.issueTokens()

  const response = await refresh(simulator, old)
  const reused = await refresh(simulator, old)

  const tokens = (await response.json()) as {access_token: string; refresh_token: string}
  expect(tokens.refresh_token).not.toBe(old)
  expect((await ask(simulator, {}, {token: tokens.access_token})).status).toBe(200)
  expect([reused.status, await reused.json()]).toEqual([
    401,
    {
      error: {
        message:
          'Your refresh token has already been used to generate a new access token. ' +
          'Please try signing in again.',
        type: 'invalid_request_error',
        param: null,
        code: 'refresh_token_reused',
      },
    },
  ])
})

test('the outcome of every refresh is counted', async () => {
  const simulator = await startTestSimulator()
  const {refresh_token: old} = await simulator.issueTokens()

  await refresh(simulator, old)
  await refresh(simulator, old)
  await refresh(simulator, old)
  await refresh(simulator, 'rt_unknown')
  simulator.addFault({endpoint: 'token', kind: 'status', status: 503})
  await refresh(simulator, old)

  expect(simulator.counts).toEqual({token: {refreshed: 1, reused: 2, unknown: 1, 503: 1}})
})

test('a user who was switched off can do nothing, and comes back with the same tokens', async () => {
  const simulator = await startTestSimulator({accounts: [{email: EMAIL, userDeactivated: true}]})
  const {access_token: token, refresh_token: refreshToken} = await simulator.issueTokens()

  const refused = await refresh(simulator, refreshToken)
  const unanswered = await ask(simulator, {}, {token})

  for (const response of [refused, unanswered]) {
    expect([response.status, await response.json()]).toMatchObject([
      401,
      {error: {code: 'account_deactivated'}},
    ])
  }
  simulator.changeAccount(EMAIL, {userDeactivated: false})
  expect((await refresh(simulator, refreshToken)).status).toBe(200)
  expect(simulator.counts).toEqual({token: {deactivated: 1, refreshed: 1}, responses: {401: 1}})
})

test('a refresh may be a form', async () => {
  const simulator = await startTestSimulator()
  const {refresh_token: refreshToken} = await simulator.issueTokens()

  const response = await fetch(new URL('/oauth/token', simulator.url), {
    method: 'POST',
    body: new URLSearchParams({
      client_id: CLIENT_ID,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    }),
  })

  expect(response.status).toBe(200)
})

test.each([
  ['expire', 'refresh_token_expired'],
  ['revoke', 'refresh_token_invalidated'],
] as const)('a refresh token can %s', async (how, code) => {
  const simulator = await startTestSimulator()
  const {access_token: token, refresh_token: refreshToken} = await simulator.issueTokens()

  simulator.changeAccount(EMAIL, {refreshTokens: how})
  const response = await refresh(simulator, refreshToken)

  expect([response.status, await response.json()]).toMatchObject([401, {error: {code}}])
  expect((await ask(simulator, {}, {token})).status).toBe(200)
})

test('a refresh token expires by the clock', async () => {
  let nowMs = Date.parse('2026-11-20T12:00:00Z')
  const simulator = await startTestSimulator({
    now: () => nowMs,
    refreshTokenLifetimeSeconds: 60,
  })
  const {refresh_token: refreshToken} = await simulator.issueTokens()

  nowMs += 60_000
  const response = await refresh(simulator, refreshToken)

  expect(await response.json()).toMatchObject({error: {code: 'refresh_token_expired'}})
})

test('an unknown refresh token is refused', async () => {
  const simulator = await startTestSimulator()

  const response = await refresh(simulator, 'rt_unknown')

  expect([response.status, await response.json()]).toMatchObject([
    401,
    {error: {code: 'invalid_refresh_token'}},
  ])
})

test('revoking the refresh token ends the whole session, and no other one', async () => {
  const simulator = await startTestSimulator()
  const session = await simulator.issueTokens()
  const other = await simulator.issueTokens()

  const response = await fetch(new URL('/oauth/revoke', simulator.url), {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({token: session.refresh_token, token_type_hint: 'refresh_token'}),
  })

  expect(response.status).toBe(200)
  expect(await (await refresh(simulator, session.refresh_token)).json()).toMatchObject({
    error: {code: 'refresh_token_invalidated'},
  })
  expect((await ask(simulator, {}, {token: session.access_token})).status).toBe(401)
  expect((await ask(simulator, {}, {token: other.access_token})).status).toBe(200)
})

test.each([
  ['no token', {authorization: ''}, {detail: 'Unauthorized'}],
  [
    'a token that is none',
    {authorization: 'Bearer nonsense'},
    {detail: 'Could not parse your authentication token. Please try signing in again.'},
  ],
])('the backend refuses %s', async (_, headers, body) => {
  const simulator = await startTestSimulator()

  const response = await ask(simulator, {}, {headers})

  expect([response.status, await response.json()]).toEqual([401, body])
})

test('the backend refuses a token that another simulator signed', async () => {
  const simulator = await startTestSimulator()
  const {access_token: token} = await (await startTestSimulator()).issueTokens()

  const response = await ask(simulator, {}, {token})

  expect(response.status).toBe(401)
})

test('the backend refuses a token that expired by the clock', async () => {
  let nowMs = Date.parse('2026-11-20T12:00:00Z')
  const simulator = await startTestSimulator({now: () => nowMs})
  const {access_token: token} = await simulator.issueTokens(EMAIL, {expiresInSeconds: 60})

  const before = await ask(simulator, {}, {token})
  nowMs += 60_000
  const after = await ask(simulator, {}, {token})

  expect(before.status).toBe(200)
  expect([after.status, await after.json()]).toMatchObject([401, {error: {code: 'token_expired'}}])
})

test.each([
  [{accessTokens: 'expire'}, 'token_expired'],
  [{accessTokens: 'revoke'}, 'token_invalidated'],
  [{signOut: true}, 'token_invalidated'],
] as const)('the change %o ends access tokens with %s', async (change, code) => {
  const simulator = await startTestSimulator()
  const {access_token: token} = await simulator.issueTokens()

  simulator.changeAccount(EMAIL, change)
  const response = await ask(simulator, {}, {token})

  expect([response.status, await response.json()]).toMatchObject([401, {error: {code}}])
})

test('the account id has to be that of the token', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', accountId: 'ws-a'}],
  })

  const own = await ask(simulator, {}, {headers: {'chatgpt-account-id': 'ws-a'}})
  const foreign = await ask(simulator, {}, {headers: {'chatgpt-account-id': 'ws-b'}})

  expect([own.status, foreign.status]).toEqual([200, 403])
})

test('a deactivated workspace is told with 402', async () => {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', deactivated: true}],
  })

  const response = await ask(simulator)

  expect([response.status, await response.json()]).toEqual([
    402,
    {detail: {code: 'deactivated_workspace'}},
  ])
})
