import {describe, expect, onTestFinished, test, vi} from 'vitest'
import {AuthorizationServerError, LoginRequiredError, NetworkError} from '../../src/errors.ts'
import {readRefreshAnswer, refreshTokens} from '../../src/oauth/refresh.ts'
import {
  createFakeEndpoint,
  toJwt,
  type ScriptedAnswer,
} from '../support/servers/fake-token-endpoint.ts'
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
    expect(error.message).toMatch(/^Token refresh failed: .+\.$/)
    expect(error).toMatchObject({advice: ['log_in_again']})
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
      'Token refresh failed: the account or workspace was deactivated by OpenAI or its owner.',
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

  test('the login is kept when nobody was reached', async () => {
    const cause = Object.assign(new Error('getaddrinfo'), {code: 'EAI_AGAIN'})
    const error = await refreshError(new TypeError('fetch failed', {cause}))
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({isUncertain: false})
    expect(error.message).toBe(
      'Token refresh failed: auth.example could not be reached. Your login is kept; try again in a moment.',
    )
  })
})

describe('a refresh token that may be spent', () => {
  test.each([
    ['a connection that broke off', new TypeError('fetch failed')],
    ['an answer that was cut off', {text: '{"access_token":"at-2","refr'}],
    ['an answer without tokens', {json: {token_type: 'Bearer'}}],
    ['a gateway that did not wait', {status: 504, text: 'Gateway Timeout'}],
    ['a server that failed at it', {status: 500, text: 'Internal Server Error'}],
    ['a server that has waited long enough', {status: 408, text: ''}],
  ])('%s is an error that says so', async (_name, answer) => {
    expect(await refreshError(answer)).toMatchObject({isUncertain: true})
  })

  test.each([
    ['a server that does not serve', {status: 503, text: 'Down'}],
    ['a page of a proxy', {text: '<html>Hotel login</html>'}],
    ['a limit', {status: 429, text: ''}],
    ['another page of a proxy', {status: 407, text: ''}],
  ])('%s says that it is not', async (_name, answer) => {
    expect(await refreshError(answer)).toMatchObject({isUncertain: false})
  })

  test('is not said to be kept when its answer never came', async () => {
    const {message} = await refreshError(new TypeError('fetch failed'))
    expect(message).toBe(
      'Token refresh failed: the connection to auth.example broke off before the answer was there. Nobody knows whether the login was renewed; try again in a moment.',
    )
  })

  test('is waited for as long as five minutes', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    await refreshError({status: 503, text: ''})
    expect(timers.mock.calls.map(([, milliseconds]) => milliseconds)).toEqual([300_000])
  })
})

test.each([200, 201, 203, 299])(
  'tokens are read whatever the success is called: %i',
  async (status) => {
    const {fetch} = createFakeEndpoint({
      status,
      json: {access_token: 'at-2', refresh_token: 'rt-2'},
    })
    expect(await refreshTokens(tokens, {server, fetch, now})).toMatchObject({refreshToken: 'rt-2'})
  },
)

describe('the text of an answer', () => {
  test('is kept before anything else is done with it, and is read again as it was', async () => {
    const text = '{"access_token":"at-2","refresh_token":"rt-2","expires_in":60}'
    const {fetch} = createFakeEndpoint({status: 201, text})
    const kept: string[] = []
    const clock = () => {
      kept.push('read')
      return 1_000_000
    }
    const keep = async (answer: string) => void kept.push(answer)

    const refreshed = await refreshTokens(tokens, {server, fetch, now: clock, keep})

    expect(kept).toEqual([text, 'read'])
    const again = readRefreshAnswer(text, {previous: tokens, receivedAtMs: 1_000_000})
    expect(again).toEqual(refreshed)
  })

  test('is none where the refresh token was refused', async () => {
    const {fetch} = createFakeEndpoint({status: 400, json: {error: 'invalid_grant'}})
    const keep = vi.fn<(answer: string) => Promise<void>>()
    await expect(refreshTokens(tokens, {server, fetch, now, keep})).rejects.toThrow(
      'Token refresh failed',
    )
    expect(keep).not.toHaveBeenCalled()
  })

  test.each([
    ['{"access_token":"at-2","refr'],
    [''],
    ['{}'],
    ['null'],
    ['{"access_token":"a\nb"}'],
  ])('is worth nothing when it is %j', (text) => {
    expect(readRefreshAnswer(text, {previous: tokens, receivedAtMs: 5})).toBeUndefined()
  })
})

const toClaims = (user: string, workspace = 'team') => ({
  sub: `auth0|${user}`,
  'https://api.openai.com/auth': {chatgpt_user_id: user, chatgpt_account_id: workspace},
})

describe('tokens of somebody else', () => {
  const ofAda = {...tokens, accessToken: toJwt(toClaims('ada')), idToken: toJwt(toClaims('ada'))}

  test.each([
    ['another user', {access_token: toJwt(toClaims('bob'))}],
    ['another workspace', {access_token: toJwt(toClaims('ada', 'other'))}],
    ['another user in the id token', {access_token: 'opaque', id_token: toJwt(toClaims('bob'))}],
    ['another subject', {access_token: toJwt({sub: 'auth0|bob'})}],
  ])('are no renewal: %s', async (_name, json) => {
    const {fetch} = createFakeEndpoint({json: {...json, refresh_token: 'rt-2'}})
    const error = await rejectionOf(refreshTokens(ofAda, {server, fetch, now}))
    expect(error).toBeInstanceOf(LoginRequiredError)
    expect(error).toMatchObject({reason: 'other_account'})
  })

  test.each([
    ['the same', {access_token: toJwt({...toClaims('ada'), jti: 2})}],
    ['of nobody', {access_token: 'opaque'}],
    ['that name less', {access_token: toJwt({sub: 'auth0|ada'})}],
    ['that name more', {access_token: toJwt({...toClaims('ada'), user_id: 'ada-2'})}],
  ])('are not those that are %s', async (_name, json) => {
    const {fetch} = createFakeEndpoint({json: {...json, refresh_token: 'rt-2'}})
    const refreshed = await refreshTokens(ofAda, {server, fetch, now})
    expect(refreshed.refreshToken).toBe('rt-2')
  })
})
