import {expect, test} from 'vitest'
import {toAccount} from '../../../src/accounts/account.ts'
import {changeAuthFile, parseAuthFile} from '../../../src/accounts/directories/codex/auth-file.ts'
import {AccessTokens} from '../../../src/accounts/tokens/access-token.ts'
import {CODEX_CLIENT_ID} from '../../../src/codex/endpoints.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import {startLogin} from '../../../src/oauth/start-login.ts'
import {parseRedirect} from '../../../src/oauth/redirect/parse-redirect.ts'
import {revokeTokens} from '../../../src/oauth/revoke.ts'
import {parseAccountRecord, toAccountRecord} from '../../../src/storage/account-record.ts'
import type {LoginDecision} from '../../../src/simulator/auth/approve-login.ts'
import {createMemoryAccountStore} from '../../support/memory/memory-account-store.ts'
import {rejectionOf} from '../../support/rejection.ts'
import {startTestSimulator} from '../../support/servers/ask-simulator.ts'

const HOST_ID = 'urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8'
const MINUTE_MS = 60_000

/** A user, and a clock that both sides go by. */
async function setUp(change: FetchFunction = fetch) {
  const clock = {nowMs: Date.parse('2026-11-30T12:00:00Z')}
  const now = () => clock.nowMs
  const simulator = await startTestSimulator({now})
  const server = {issuer: simulator.issuer, clientId: CODEX_CLIENT_ID}
  const request = {server, fetch: change, now}
  const start = (clientId?: string) =>
    startLogin(request, {
      app: {hostId: HOST_ID, clientId},
      redirectUri: 'http://127.0.0.1:50123/auth/callback',
    })
  const logIn = async ({clientId, ...decision}: LoginDecision & {clientId?: string} = {}) => {
    const login = await start(clientId)
    const pasted = await simulator.approve(login.url, decision)
    const redirect = parseRedirect(pasted.href, login.state)
    return login.trade(redirect.code, redirect.clientId)
  }
  return {clock, logIn, request, simulator, start}
}

test('registers an app, whose login is kept in both stores as what it is', async () => {
  const {logIn, simulator} = await setUp()

  const account = toAccount(await logIn())
  const again = toAccount(await logIn({clientId: account.tokens.app!.clientId}))

  const {clientId} = account.tokens.app!
  expect(clientId).toMatch(/^oaiapp_/)
  expect(account.id).toMatch(new RegExp(`^auth0\\|.*:${clientId}:127\\.0\\.0\\.1:\\d+$`))
  expect(account).toMatchObject({email: 'you@example.com'})
  expect(account.chatgptAccountId).toBe(undefined)
  expect(again.id).toBe(account.id)
  expect(parseAccountRecord(toAccountRecord(account))).toEqual(account)
  expect(JSON.parse(toAccountRecord(account))).toMatchObject({version: 2})
  const file = changeAuthFile(undefined, account, 0)
  expect(JSON.parse(file)).toMatchObject({auth_mode: 'chatgpt_app'})
  expect(parseAuthFile(file)).toMatchObject({
    kind: 'chatgpt',
    account: {id: account.id, tokens: {app: account.tokens.app}},
  })
  expect(simulator.counts['app-token']).toEqual({exchanged: 2})
})

test('refreshes an app never before its time, however often it is asked, and then once', async () => {
  const {clock, logIn, request, simulator} = await setUp()
  const account = toAccount(await logIn())
  const store = createMemoryAccountStore(account)
  const accessTokens = new AccessTokens(store, request)
  const {accessToken} = account.tokens

  clock.nowMs += 49 * MINUTE_MS
  expect(await accessTokens.get(account.id)).toBe(accessToken)
  expect(await accessTokens.renew(account.id, accessToken)).toBe(accessToken)
  clock.nowMs += 8 * MINUTE_MS
  const renewed = await Promise.all([1, 2, 3].map(() => accessTokens.get(account.id)))

  expect(new Set(renewed).size).toBe(1)
  expect(renewed[0]).not.toBe(accessToken)
  const {tokens} = (await store.get(account.id))!
  expect(tokens.app).toEqual({
    clientId: account.tokens.app!.clientId,
    earliestRefreshAtMs: clock.nowMs + 50 * MINUTE_MS,
  })
  expect(simulator.counts['app-token']).toEqual({exchanged: 1, refreshed: 1})
})

test('an app that was taken back needs a new login, and one that logs out is taken back', async () => {
  const {clock, logIn, request, simulator} = await setUp()
  const account = toAccount(await logIn())
  const accessTokens = new AccessTokens(createMemoryAccountStore(account), request)

  expect(await revokeTokens(account.tokens, request)).toBe(true)
  clock.nowMs += 61 * MINUTE_MS
  const error = await rejectionOf(accessTokens.get(account.id))

  expect(error).toMatchObject({code: 'ERR_LOGIN_REQUIRED', reason: 'refused'})
  expect(simulator.counts).toMatchObject({
    'app-revoke': {'200': 1},
    'app-token': {exchanged: 1, revoked: 1},
  })
})

test('a user who lets an app use no plan is told so, and nothing stays behind', async () => {
  const {logIn, simulator} = await setUp()

  const error = await rejectionOf(logIn({withoutPlan: true}))

  expect(error).toMatchObject({code: 'ERR_LOGIN_FAILED'})
  expect(error.message).toContain('this app may not use your ChatGPT plan')
  expect(simulator.counts['app-revoke']).toEqual({'200': 1})
})

test('an answer without a client id, and an id token that the server did not sign, are no login', async () => {
  const other = await startTestSimulator()
  const {logIn, simulator, start} = await setUp((input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    return url.pathname.endsWith('/jwks.json')
      ? fetch(new URL(url.pathname, other.url), init)
      : fetch(url, init)
  })
  const login = await start()
  const {searchParams} = await simulator.approve(login.url)

  const incomplete = await rejectionOf(
    Promise.resolve().then(() => login.trade(searchParams.get('code') ?? '')),
  )
  const forged = await rejectionOf(logIn())

  expect(incomplete.message).toContain('no client id. Paste the whole address')
  expect(forged.message).toBe(
    'Login failed: the server did not prove who has logged in. Log in again.',
  )
})
