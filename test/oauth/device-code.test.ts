import {expect, test} from 'vitest'
import {AuthorizationServerError, LoginFailedError} from '../../src/errors.ts'
import {startDeviceLogin, waitForDeviceTokens} from '../../src/oauth/device-code.ts'
import {createFakeEndpoint, type ScriptedAnswer} from '../support/servers/fake-token-endpoint.ts'
import {rejectionOf} from '../support/rejection.ts'

const server = {issuer: new URL('https://auth.example'), clientId: 'client'}

const PENDING = {status: 403, json: {error: {code: 'deviceauth_authorization_unknown'}}}
const APPROVED = {json: {authorization_code: 'code-1', code_challenge: 'c', code_verifier: 'v-1'}}
const TOKENS = {json: {access_token: 'at', refresh_token: 'rt', expires_in: 60}}

const LOGIN = {
  deviceAuthId: 'deviceauth_1',
  userCode: 'ABCD-12345',
  url: new URL('https://auth.example/codex/device'),
  intervalMs: 1000,
  expiresAtMs: 900_000,
}

/** Waits by a clock of its own. */
function wait(...answers: ScriptedAnswer[]) {
  const {fetch, requests} = createFakeEndpoint(...answers)
  const waits: number[] = []
  const clock = {nowMs: 0}
  const delay = async (milliseconds: number) => {
    waits.push(milliseconds)
    clock.nowMs += milliseconds
  }
  const tokens = waitForDeviceTokens(LOGIN, {server, fetch, now: () => clock.nowMs, delay})
  return {tokens, requests, waits}
}

test('a login is started with what the server says', async () => {
  const answer = {device_auth_id: 'deviceauth_1', user_code: 'ABCD-12345', interval: '1'}
  const {fetch, requests} = createFakeEndpoint({json: answer})
  expect(await startDeviceLogin({server, fetch, now: () => 0})).toEqual(LOGIN)
  expect(requests).toEqual([
    {
      url: 'https://auth.example/api/accounts/deviceauth/usercode',
      contentType: 'application/json',
      body: '{"client_id":"client"}',
    },
  ])
})

test.each([undefined, '0', 'soon', '-5', '100000'])(
  'an interval of %s is taken for five seconds',
  async (interval) => {
    const answer = {device_auth_id: 'deviceauth_1', usercode: 'ABCD-12345', interval}
    const {fetch} = createFakeEndpoint({json: answer})
    const {intervalMs} = await startDeviceLogin({server, fetch, now: () => 0})
    expect(intervalMs).toBe(5000)
  },
)

test.each([
  [{expires_in: 120}, 120_000],
  [{expires_in: '600'}, 600_000],
  [{expires_at: '1970-01-01T00:05:00.000Z'}, 300_000],
  [{expires_at: '2026-01-01T00:00:00.000Z'}, 900_000],
  [{expires_at: 'soon'}, 900_000],
  [{expires_in: -1}, 900_000],
])('a code lives as long as the server says: %j', async (lifetime, expiresAtMs) => {
  const answer = {device_auth_id: 'deviceauth_1', user_code: 'ABCD-12345', ...lifetime}
  const {fetch} = createFakeEndpoint({json: answer})
  expect((await startDeviceLogin({server, fetch, now: () => 0})).expiresAtMs).toBe(expiresAtMs)
})

test('a server without such logins says so', async () => {
  const {fetch} = createFakeEndpoint({status: 404, json: {}})
  const error = await rejectionOf(startDeviceLogin({server, fetch, now: () => 0}))
  expect(error).toBeInstanceOf(LoginFailedError)
  expect(error.message).toContain('auth.example has no login with a code')
  expect(error).toMatchObject({reason: 'not_offered'})
})

test('it is asked until the code was typed, and the code is traded with the verifier of the server', async () => {
  const {tokens, requests, waits} = wait(PENDING, {status: 404, json: {}}, APPROVED, TOKENS)
  expect(await tokens).toMatchObject({accessToken: 'at', refreshToken: 'rt'})
  expect(waits).toEqual([1000, 1000])
  expect(requests.map(({body}) => body)).toEqual([
    '{"device_auth_id":"deviceauth_1","user_code":"ABCD-12345"}',
    '{"device_auth_id":"deviceauth_1","user_code":"ABCD-12345"}',
    '{"device_auth_id":"deviceauth_1","user_code":"ABCD-12345"}',
    'grant_type=authorization_code&client_id=client&code=code-1&redirect_uri=https%3A%2F%2Fauth.example%2Fdeviceauth%2Fcallback&code_verifier=v-1',
  ])
})

test('a server that finds us too fast is asked more slowly', async () => {
  const slowDown = {status: 400, json: {error: 'slow_down'}}
  const {tokens, waits} = wait(slowDown, {status: 429, json: {}}, PENDING, APPROVED, TOKENS)
  await tokens
  expect(waits).toEqual([6000, 11_000, 11_000])
})

test('a network that is away for a moment does not end the login', async () => {
  const {tokens} = wait(new TypeError('offline'), {status: 503, text: 'x'}, APPROVED, TOKENS)
  expect(await tokens).toMatchObject({accessToken: 'at'})
})

test.each([
  ['access_denied', 'refused'],
  ['expired_token', 'expired'],
  ['deviceauth_expired', 'expired'],
])('the code %s ends the login', async (code, reason) => {
  const {tokens} = wait({status: 403, json: {error: {code}}})
  const error = await rejectionOf(tokens)
  expect(error).toBeInstanceOf(LoginFailedError)
  expect(error).toMatchObject({reason})
})

test('an answer that makes no sense ends it as well', async () => {
  const {tokens} = wait({status: 400, json: {}})
  expect(await rejectionOf(tokens)).toBeInstanceOf(AuthorizationServerError)
})

test('after 15 minutes nobody waits any more', async () => {
  const {tokens, waits} = wait(...Array.from({length: 900}, () => PENDING))
  expect((await rejectionOf(tokens)).message).toContain('not typed in time')
  expect(waits).toHaveLength(900)
})
