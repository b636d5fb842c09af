import {describe, expect, test} from 'vitest'
import {AuthorizationServerError} from '../../src/errors.ts'
import {parseTokenResponse} from '../../src/oauth/token-response.ts'
import {toJwt} from '../support/servers/fake-token-endpoint.ts'

const options = {receivedAtMs: 1_000_000, explain: (fact: string) => `Failed: ${fact}.`}
const previous = {
  accessToken: 'at-0',
  refreshToken: 'rt-0',
  idToken: 'id-0',
  expiresAtMs: 500_000,
}

describe('when an access token expires', () => {
  const jwt = toJwt({iat: 9000, exp: 9100})

  test.each([
    ['expires_in in seconds comes first', {access_token: jwt, expires_in: 60}, 1_060_000],
    ['expires_in can be text', {access_token: jwt, expires_in: '60'}, 1_060_000],
    ['else the lifetime in the token, whatever the clock says', {access_token: jwt}, 1_100_000],
    ['an empty expires_in counts as none', {access_token: jwt, expires_in: ''}, 1_100_000],
    ['a negative expires_in counts as none', {access_token: jwt, expires_in: -1}, 1_100_000],
    ['an endless expires_in counts as none', {access_token: jwt, expires_in: '1e999'}, 1_100_000],
    ['else the time in the token', {access_token: toJwt({exp: 9100})}, 9_100_000],
    ['else it lives for 8 days', {access_token: 'opaque'}, 692_200_000],
    ['nothing lives longer than a year', {access_token: jwt, expires_in: 1e300}, 31_537_000_000],
    ['nor by its claims', {access_token: toJwt({iat: 1, exp: 1e300})}, 31_537_000_000],
    ['nor by the time in it', {access_token: toJwt({exp: 1e300})}, 31_537_000_000],
    ['what has expired has expired', {access_token: toJwt({exp: -1e300})}, 0],
    [
      'a token with a broken claim lives for 8 days',
      {access_token: toJwt({exp: 'x'})},
      692_200_000,
    ],
  ])('%s', (_, body, expiresAtMs) => {
    const answer = {status: 200, body: {refresh_token: 'rt-1', ...body}}
    expect(parseTokenResponse(answer, options).expiresAtMs).toBe(expiresAtMs)
  })
})

describe('what a refresh leaves out stays as it was', () => {
  test('the refresh token and the id token', () => {
    const answer = {status: 200, body: {access_token: 'at-1', expires_in: 60, refresh_token: null}}
    expect(parseTokenResponse(answer, {...options, previous})).toEqual({
      accessToken: 'at-1',
      refreshToken: 'rt-0',
      idToken: 'id-0',
      expiresAtMs: 1_060_000,
    })
  })

  test('the access token and its expiry', () => {
    const answer = {status: 200, body: {refresh_token: 'rt-1', expires_in: 60}}
    expect(parseTokenResponse(answer, {...options, previous})).toEqual({
      accessToken: 'at-0',
      refreshToken: 'rt-1',
      idToken: 'id-0',
      expiresAtMs: 500_000,
    })
  })
})

test.each([[{}], [{expires_in: 60}], [{access_token: ''}], [undefined], [[]], ['at-1']])(
  'an answer without a token is an error, also for a refresh: %j',
  (body) => {
    const parse = () => parseTokenResponse({status: 200, body}, {...options, previous})
    expect(parse).toThrow(AuthorizationServerError)
    expect(parse).toThrow('Failed: the answer did not hold the expected tokens.')
  },
)

function parseWith(change: object) {
  const body = {access_token: 'at-1', refresh_token: 'rt-1', id_token: 'id-1', ...change}
  return parseTokenResponse({status: 200, body}, {...options, previous})
}

describe('what no header can carry is no token', () => {
  test.each(['a\r\nb', 'a\n', ' a', 'a b', 'a\0', 'é', 'a\u2028', '\u{1F511}', 'a\u007F', '\t'])(
    '%j counts as left out',
    (token) => {
      expect(parseWith({access_token: token})).toEqual({
        accessToken: 'at-0',
        refreshToken: 'rt-1',
        idToken: 'id-1',
        expiresAtMs: 500_000,
      })
      expect(parseWith({refresh_token: token}).refreshToken).toBe('rt-0')
      expect(parseWith({id_token: token}).idToken).toBe('id-0')
    },
  )
})
