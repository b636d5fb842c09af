import {describe, expect, test} from 'vitest'
import {toAccount} from '../../../../src/accounts/account.ts'
import {
  changeAuthFile,
  parseAuthFile,
} from '../../../../src/accounts/directories/codex/auth-file.ts'
import {buildAuthFile, buildLogin} from '../../../support/accounts/build-login.ts'
import {toJwt} from '../../../support/servers/fake-token-endpoint.ts'

const ada = buildLogin({user: 'ada'})
const NOW_MS = Date.UTC(2026, 10, 21, 8)

function parse(file: unknown) {
  return parseAuthFile(JSON.stringify(file))
}

function tokensOf(text: string): Record<string, unknown> {
  return (JSON.parse(text) as {tokens: Record<string, unknown>}).tokens
}

describe('reading', () => {
  test("finds the account in the CLI's own file", () => {
    expect(parseAuthFile(buildAuthFile(ada))).toEqual({
      kind: 'chatgpt',
      account: {
        id: 'ada:team',
        chatgptAccountId: 'team',
        email: 'ada@example.com',
        plan: 'plus',
        tokens: ada,
      },
      lastRefreshMs: Date.UTC(2026, 10, 20, 8, 22, 52, 409),
    })
  })

  test('account_id stands in when the tokens name no account', () => {
    const login = parse({tokens: {access_token: 'opaque', refresh_token: 'r', account_id: 'team'}})
    expect(login).toEqual({
      kind: 'chatgpt',
      account: {
        id: 'team:team',
        chatgptAccountId: 'team',
        tokens: {accessToken: 'opaque', refreshToken: 'r', expiresAtMs: 0},
      },
    })
  })

  test.each([null, undefined, 7])(
    'a login without an account is one, account_id %j',
    (accountId) => {
      const claims = {sub: 'user-1', email: 'ada@example.com', exp: 2_000_000_000}
      const tokens = {access_token: toJwt(claims), refresh_token: 'r', account_id: accountId}
      expect(parse({tokens})).toMatchObject({
        kind: 'chatgpt',
        account: {id: 'user-1', email: 'ada@example.com'},
      })
    },
  )

  test.each([
    ['an opaque token', 'opaque'],
    ['a token without an expiry', toJwt({sub: 'ada'})],
    ['exp 1e20', toJwt({exp: 1e20})],
    ['exp as a text', toJwt({exp: '5'})],
    ['a negative exp', toJwt({exp: -5})],
  ])('%s counts from the last refresh, eight days', (_, accessToken) => {
    const tokens = {access_token: accessToken, refresh_token: 'r', account_id: 'team'}
    expect(parse({tokens, last_refresh: '2026-11-01T00:00:00Z'})).toMatchObject({
      account: {tokens: {expiresAtMs: Date.UTC(2026, 10, 9)}},
    })
  })

  test.each([
    [undefined, 'missing'],
    ['{}', 'missing'],
    ['{"tokens":null}', 'missing'],
    ['{"auth_mode":"chatgpt"}', 'missing'],
    ['{"OPENAI_API_KEY":null}', 'missing'],
    ['{"auth_mode":"apikey","OPENAI_API_KEY":"sk-1"}', 'api_key'],
    ['{"OPENAI_API_KEY":"sk-1"}', 'api_key'],
    ['{"OPENAI_API_KEY":"sk-1","tokens":null}', 'api_key'],
    ['{"auth_mode":"personalAccessToken","personal_access_token":"p"}', 'other'],
    ['', 'damaged'],
    ['{"auth_mode":"chatgpt","tok', 'damaged'],
    ['null', 'damaged'],
    ['42', 'damaged'],
    ['[]', 'damaged'],
    ['{"tokens":5,"auth_mode":"chatgpt"}', 'damaged'],
    ['{"tokens":{}}', 'damaged'],
    ['{"tokens":{"access_token":7,"refresh_token":"r","account_id":"a"}}', 'damaged'],
    ['{"tokens":{"access_token":"a","refresh_token":"r"}}', 'damaged'],
    ['{"tokens":{"access_token":"a","refresh_token":"r","account_id":[null]}}', 'damaged'],
  ])('%j is %s', (text, kind) => {
    expect(parseAuthFile(text)).toEqual({kind})
  })

  test.each([undefined, null, '', 7])('refresh token %j: a login that nothing renews', (token) => {
    const tokens = {access_token: 'a', refresh_token: token, account_id: 'team'}
    expect(parse({tokens})).toMatchObject({
      kind: 'chatgpt',
      account: {id: 'team:team', tokens: {accessToken: 'a', refreshToken: ''}},
    })
  })

  test('broken claims do not matter', () => {
    const claims = {organizations: [null], 'https://api.openai.com/auth': 5, email: 5}
    const tokens = {access_token: toJwt(claims), refresh_token: 'r', account_id: 'team'}
    expect(parse({tokens})).toMatchObject({kind: 'chatgpt', account: {id: 'team:team'}})
  })
})

describe('changing', () => {
  test.each([null, undefined, 7])(
    'a login without an account stays one, account_id %j',
    (before) => {
      const tokens = {access_token: toJwt({sub: 'user-1'}), refresh_token: 'r', account_id: before}
      const after = {
        accessToken: toJwt({sub: 'user-1', jti: 2}),
        refreshToken: 'r2',
        expiresAtMs: 7,
      }

      const text = changeAuthFile(JSON.stringify({tokens}), toAccount(after), NOW_MS)

      expect(tokensOf(text)).toMatchObject({refresh_token: 'r2', account_id: null})
    },
  )

  test('a refresh replaces the tokens and the time, and keeps everything else in its order', () => {
    const before = {
      future: {a: [1]},
      OPENAI_API_KEY: null,
      tokens: {
        refresh_token: ada.refreshToken,
        id_token: ada.idToken,
        access_token: ada.accessToken,
        oauth_provenance: {issuer: 'https://auth.openai.com', client_id: 'app_1'},
        login_owner_id: 'owner',
        account_id: null,
      },
      last_refresh: '2026-11-20T08:22:52.409082160Z',
      agent_identity: 'x',
    }
    const after = buildLogin({user: 'ada', serial: 2})

    const text = changeAuthFile(JSON.stringify(before), toAccount(after), NOW_MS)

    expect(text).toBe(
      `${JSON.stringify(
        {
          ...before,
          tokens: {
            ...before.tokens,
            refresh_token: after.refreshToken,
            id_token: after.idToken,
            access_token: after.accessToken,
          },
          last_refresh: '2026-11-21T08:00:00.000Z',
        },
        undefined,
        2,
      )}\n`,
    )
  })

  test('a refresh that brings no id token keeps the one before', () => {
    const {idToken, ...rest} = buildLogin({user: 'ada', serial: 2})
    const account = {...toAccount(ada), tokens: rest}
    const {id_token} = tokensOf(changeAuthFile(buildAuthFile(ada), account, NOW_MS))
    expect({id_token, unused: idToken === ada.idToken}).toEqual({
      id_token: ada.idToken,
      unused: false,
    })
  })

  test('a file that is not there is written as the CLI writes it', () => {
    expect(JSON.parse(changeAuthFile(undefined, toAccount(ada), NOW_MS))).toEqual({
      auth_mode: 'chatgpt',
      OPENAI_API_KEY: null,
      tokens: {
        id_token: ada.idToken,
        access_token: ada.accessToken,
        refresh_token: ada.refreshToken,
        account_id: 'team',
      },
      last_refresh: '2026-11-21T08:00:00.000Z',
    })
  })

  test('a login of somebody else leaves nothing of the one before in the tokens', () => {
    const before = JSON.parse(buildAuthFile(ada)) as {tokens: object}
    const text = JSON.stringify({...before, tokens: {...before.tokens, login_owner_id: 'ada'}})
    const {idToken: _, ...bob} = buildLogin({user: 'bob', workspace: 'home'})

    const tokens = tokensOf(changeAuthFile(text, toAccount(bob), NOW_MS))

    expect(tokens).toEqual({
      id_token: bob.accessToken,
      access_token: bob.accessToken,
      refresh_token: bob.refreshToken,
      account_id: 'home',
    })
  })

  test('an API key stays, and is no longer what the CLI uses', () => {
    const text = changeAuthFile('{"OPENAI_API_KEY":"sk-1"}', toAccount(ada), NOW_MS)
    expect(JSON.parse(text)).toMatchObject({auth_mode: 'chatgpt', OPENAI_API_KEY: 'sk-1'})
    expect(parseAuthFile(text).kind).toBe('chatgpt')
  })

  test('a field called __proto__ is one like any other', () => {
    const text = buildAuthFile(ada).replace('{', '{"__proto__":{"x":1},')
    expect(changeAuthFile(text, toAccount(ada), NOW_MS)).toContain('"__proto__"')
  })
})
