import {expect, test} from 'vitest'
import {revokeTokens} from '../../src/oauth/revoke.ts'
import {createFakeEndpoint} from '../support/servers/fake-token-endpoint.ts'

const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
const tokens = {accessToken: 'at-1', refreshToken: 'rt-1', expiresAtMs: 5}

test('revoking sends the refresh token and tells whether it worked', async () => {
  const {fetch, requests} = createFakeEndpoint({text: ''})
  expect(await revokeTokens(tokens, {server, fetch})).toBe(true)
  expect(requests).toEqual([
    {
      url: 'https://auth.example/oauth/revoke',
      contentType: 'application/json',
      body: '{"token":"rt-1","token_type_hint":"refresh_token","client_id":"client"}',
    },
  ])
})

test.each([[new TypeError('fetch failed')], [{status: 500, text: 'no'}]])(
  'revoking never throws: %s',
  async (answer) => {
    const {fetch} = createFakeEndpoint(answer)
    expect(await revokeTokens(tokens, {server, fetch})).toBe(false)
  },
)

test('revoking never throws, also when the caller has given up', async () => {
  const {fetch} = createFakeEndpoint({text: ''})
  expect(await revokeTokens(tokens, {server, fetch, signal: AbortSignal.abort()})).toBe(false)
})
