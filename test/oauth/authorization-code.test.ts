import {createHash} from 'node:crypto'
import {describe, expect, test} from 'vitest'
import {AuthorizationServerError, LoginFailedError, NetworkError} from '../../src/errors.ts'
import {
  createAuthorizationRequest,
  exchangeAuthorizationCode,
} from '../../src/oauth/authorization-code.ts'
import {toRedirectUri} from '../../src/oauth/redirect/redirect-uri.ts'
import {createFakeEndpoint, type ScriptedAnswer} from '../support/servers/fake-token-endpoint.ts'
import {rejectionOf} from '../support/rejection.ts'

const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
const authorizationCode = {
  code: 'code-1',
  codeVerifier: 'verifier-1',
  redirectUri: 'http://localhost:1455/auth/callback',
}
const now = () => 1_000_000

async function exchangeError(answer: ScriptedAnswer): Promise<Error> {
  const {fetch} = createFakeEndpoint(answer)
  return rejectionOf(exchangeAuthorizationCode(authorizationCode, {server, fetch, now}))
}

test('the redirect URI of a port is the registered one', () => {
  expect(toRedirectUri(1457)).toBe('http://localhost:1457/auth/callback')
})

describe('a new login', () => {
  test('has the parameters of the official CLI, and the challenge of its verifier', async () => {
    const redirectUri = 'http://localhost:1455/auth/callback'
    const request = await createAuthorizationRequest(server, {redirectUri})

    const challenge = createHash('sha256').update(request.codeVerifier).digest('base64url')
    expect(request.url.origin + request.url.pathname).toBe('https://auth.example/oauth/authorize')
    expect([...request.url.searchParams]).toEqual([
      ['response_type', 'code'],
      ['client_id', 'client'],
      ['redirect_uri', 'http://localhost:1455/auth/callback'],
      ['code_challenge', challenge],
      ['code_challenge_method', 'S256'],
      ['state', request.state],
      ['scope', 'openid profile email offline_access'],
      ['id_token_add_organizations', 'true'],
      ['codex_cli_simplified_flow', 'true'],
      ['originator', 'codex_cli_rs'],
    ])
    expect(request.redirectUri).toBe(redirectUri)
  })

  test('shares neither its state nor its verifier with another, and shows no verifier', async () => {
    const first = await createAuthorizationRequest(server, {redirectUri: 'http://localhost:1455/x'})
    const second = await createAuthorizationRequest(server, {
      redirectUri: 'http://localhost:1455/x',
    })

    expect(first.state).toMatch(/^[\w-]{43}$/)
    expect(first.codeVerifier).toMatch(/^[\w-]{43}$/)
    expect(first.state).not.toBe(second.state)
    expect(first.codeVerifier).not.toBe(second.codeVerifier)
    expect(first.url.href).not.toContain(first.codeVerifier)
  })
})

describe('exchanging a code', () => {
  test('sends the form the server knows and reads the tokens', async () => {
    const {fetch, requests} = createFakeEndpoint({
      json: {access_token: 'at-1', refresh_token: 'rt-1', id_token: 'id-1', expires_in: 3600},
    })

    const tokens = await exchangeAuthorizationCode(authorizationCode, {server, fetch, now})

    expect(tokens).toEqual({
      accessToken: 'at-1',
      refreshToken: 'rt-1',
      idToken: 'id-1',
      expiresAtMs: 4_600_000,
    })
    expect(requests).toEqual([
      {
        url: 'https://auth.example/oauth/token',
        contentType: 'application/x-www-form-urlencoded',
        body:
          'grant_type=authorization_code&client_id=client&code=code-1' +
          '&redirect_uri=http%3A%2F%2Flocalhost%3A1455%2Fauth%2Fcallback&code_verifier=verifier-1',
      },
    ])
  })

  test.each([
    [
      "tells the server's reason and the request id",
      {status: 400, json: {error: 'invalid_grant', error_description: 'The code has expired.'}},
      'Login failed: The code has expired (HTTP 400, request req-1).',
    ],
    [
      'tells the reason in an error object',
      {status: 401, json: {error: {code: 'token_exchange_failed', message: 'Try later'}}},
      'Login failed: Try later (HTTP 401, request req-1).',
    ],
    [
      'does not repeat a page, however short',
      {status: 400, json: {error_description: '<b>no</b>'}},
      'Login failed: the code was not accepted (HTTP 400, request req-1).',
    ],
    [
      'does not repeat the code',
      {status: 400, json: {error_description: 'Bad code code-1'}},
      'Login failed: the code was not accepted (HTTP 400, request req-1).',
    ],
    [
      'does not repeat what looks like a token',
      {status: 400, json: {error: {message: `Bad ${'x'.repeat(40)}`}}},
      'Login failed: the code was not accepted (HTTP 400, request req-1).',
    ],
  ])('%s', async (_, answer, message) => {
    const error = await exchangeError(answer)
    expect(error).toBeInstanceOf(LoginFailedError)
    expect(error.message).toBe(message)
  })

  test('a 403 is about the region or a proxy, not about the code', async () => {
    const error = await exchangeError({status: 403, text: '<html>Blocked</html>'})
    expect(error).toBeInstanceOf(LoginFailedError)
    expect(error.message).toMatch(/region.+proxy/)
  })

  test.each([
    ['an HTML page with status 200', {text: '<html>Welcome to the hotel</html>'}],
    ['an HTML page with status 400', {status: 400, text: '<html>Bad</html>'}],
    ['an outage', {status: 503, json: {error: 'unavailable'}}],
    ['too many requests', {status: 429, json: {error: 'slow_down'}}],
    ['a redirect', {status: 302, text: ''}],
    ['JSON that is no object', {json: null}],
    ['no refresh token', {json: {access_token: 'at-1'}}],
    ['no access token', {json: {refresh_token: 'rt-1', id_token: 'id-1'}}],
    ['tokens of the wrong type', {json: {access_token: 1, refresh_token: {}}}],
  ])('%s says nothing about the code', async (_, answer) => {
    const error = await exchangeError(answer)
    expect(error).toBeInstanceOf(AuthorizationServerError)
    expect(error.message).toMatch(/^Login failed: .+\.$/)
  })

  test('a connection that fails is a network error with the original as its cause', async () => {
    const cause = new TypeError('fetch failed')
    const error = await exchangeError(cause)
    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toBe(
      'Login failed: the connection to auth.example broke off before the answer was there.',
    )
    expect(error.cause).toBe(cause)
  })
})
