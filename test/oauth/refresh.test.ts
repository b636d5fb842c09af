import {describe, expect, test} from 'vitest'
import {AuthorizationServerError, LoginRequiredError, NetworkError} from '../../src/errors.ts'
import {refreshTokens} from '../../src/oauth/refresh.ts'
import {createFakeEndpoint, type ScriptedAnswer} from '../support/fake-token-endpoint.ts'
import {rejectionOf} from '../support/rejection.ts'

const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
const tokens = {accessToken: 'at-1', refreshToken: 'rt-1', expiresAtMs: 5}
const now = () => 1_000_000

async function refreshError(answer: ScriptedAnswer): Promise<Error> {
  const {fetch} = createFakeEndpoint(answer)
  return rejectionOf(refreshTokens(tokens, {server, fetch, now}))
}

test('a refresh sends what the official CLI sends', async () => {
  const {fetch, requests} = createFakeEndpoint({json: {access_token: 'at-2', expires_in: 60}})

  const refreshed = await refreshTokens(tokens, {
    server,
    fetch,
    now,
    refreshReason: 'unauthorized_recovery',
  })

  expect(refreshed).toEqual({accessToken: 'at-2', refreshToken: 'rt-1', expiresAtMs: 1_060_000})
  expect(requests).toEqual([
    {
      url: 'https://auth.example/oauth/token',
      contentType: 'application/json',
      body:
        '{"client_id":"client","grant_type":"refresh_token",' +
        '"refresh_reason":"unauthorized_recovery","refresh_token":"rt-1"}',
    },
  ])
})

describe('only a definite answer ends a login', () => {
  test.each([
    ['expired', {status: 401, json: {error: {code: 'refresh_token_expired'}}}],
    ['expired', {status: 400, json: {error: {code: 'app_session_terminated'}}}],
    ['expired', {status: 401, json: {code: 'token_expired'}}],
    ['reused', {status: 401, json: {error: {code: 'refresh_token_reused', message: 'Used'}}}],
    ['revoked', {status: 401, json: {error: {code: 'refresh_token_invalidated'}}}],
    ['revoked', {status: 401, json: {code: 'invalid_refresh_token'}}],
    ['refused', {status: 400, json: {error: 'invalid_grant', error_description: 'No'}}],
  ])('%s: %j', async (reason, answer) => {
    const error = await refreshError(answer)
    expect(error).toBeInstanceOf(LoginRequiredError)
    expect(error).toMatchObject({reason})
    expect(error.message).toMatch(/^Token refresh failed: .+ Press Connect again to log in\.$/)
  })

  test.each([
    {status: 401, json: {error: {code: 'account_deactivated'}}},
    {status: 403, json: {error: {code: 'account_disabled'}}},
    {status: 400, json: {error: 'account_deactivated'}},
    {status: 402, json: {detail: {code: 'deactivated_workspace'}}},
  ])('deactivated: %j', async (answer) => {
    const error = await refreshError(answer)
    expect(error).toBeInstanceOf(LoginRequiredError)
    expect(error).toMatchObject({reason: 'deactivated'})
    expect(error.message).toBe(
      'Token refresh failed: the account or workspace was deactivated by OpenAI or its owner. Connect another account, or press Connect when it is active again.',
    )
  })

  test.each([
    {status: 500, json: {error: 'account_deactivated'}},
    {status: 402, json: {error: {code: 'refresh_token_expired'}}},
    {status: 500, json: {error: 'invalid_grant'}},
    {status: 503, text: '<html>Down</html>'},
    {status: 429, json: {error: {code: 'refresh_token_reused'}}},
    {status: 403, json: {error: 'access_denied'}},
    {status: 401, text: '<html>Hotel login</html>'},
    {status: 401, json: {error: {code: 'something_new'}}},
    {status: 400, json: {error: 'invalid_request'}},
    {status: 401, json: {error: {code: 'constructor'}}},
    {status: 401, json: null},
    {status: 302, text: ''},
    {text: '<html>Hotel login</html>'},
    {json: {}},
  ])('the login is kept after %j', async (answer) => {
    const error = await refreshError(answer)
    expect(error).toBeInstanceOf(AuthorizationServerError)
    expect(error.message).toMatch(/^Token refresh failed: .+ Your login is kept; try again/)
  })

  test('a 403 is about the region or a proxy', async () => {
    const error = await refreshError({status: 403, text: '<html>Blocked</html>'})
    expect(error.message).toMatch(/HTTP 403.+region.+proxy.+Your login is kept/)
  })

  test('the login is kept when there is no answer', async () => {
    const error = await refreshError(new TypeError('fetch failed'))
    expect(error).toBeInstanceOf(NetworkError)
    expect(error.message).toBe(
      'Token refresh failed: auth.example could not be reached. Your login is kept; try again in a moment.',
    )
  })
})
