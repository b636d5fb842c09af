import {describe, expect, test} from 'vitest'
import {
  parseForeignLogins,
  toCodexText,
} from '../../../../src/accounts/directories/import/foreign-formats.ts'
import {buildLogin} from '../../../support/accounts/build-login.ts'

const {accessToken, idToken = '', refreshToken} = buildLogin({user: 'ada'})
const snake = {access_token: accessToken, refresh_token: refreshToken, id_token: idToken}
const camel = {accessToken, refreshToken, idToken, accountId: 'team'}
const whole = {accessToken, refreshToken, idToken}

describe('a login in the format of another tool', () => {
  test.each<[string, unknown, object]>([
    ['auth.json of the Codex CLI', {auth_mode: 'chatgpt', tokens: snake}, whole],
    ['auth.json in camel case', {authMode: 'chatgpt', tokens: camel, lastRefresh: 'x'}, whole],
    ['auth.json in camel case', camel, {...whole, accountId: 'team'}],
    ['refresh token only', {refresh_token: refreshToken}, {refreshToken}],
    ['refresh token only', {refreshToken, email: 'a@example.com'}, {refreshToken}],
    ['CLIProxyAPI', {...snake, type: 'codex', email: 'a@example.com', account_id: 'team'}, whole],
    ['Cockpit Tools', [{id: 'codex_1', email: 'a@example.com', tokens: snake}], whole],
    [
      'Sub2API',
      {
        exported_at: '2026-11-01T00:00:00Z',
        accounts: [
          {platform: 'openai', type: 'oauth', credentials: {...snake, chatgpt_account_id: 'team'}},
          {platform: 'anthropic', type: 'oauth', credentials: {access_token: 'x'}},
        ],
      },
      {...whole, accountId: 'team'},
    ],
  ])('%s: %#', (format, file, login) => {
    expect(parseForeignLogins(JSON.stringify(file))).toMatchObject([{format, ...login}])
    expect(parseForeignLogins(JSON.stringify(file, undefined, 2))).toHaveLength(1)
  })

  test('token lines, with an email before them, and lines of JSON', () => {
    const text = `rt_abc.def\r\n\nada@example.com----rt_second\n${accessToken}\n# a comment\n${JSON.stringify(snake)}\n`
    expect(parseForeignLogins(text)).toMatchObject([
      {format: 'token lines', refreshToken: 'rt_abc.def'},
      {format: 'token lines', refreshToken: 'rt_second', email: 'ada@example.com'},
      {format: 'token lines', accessToken},
      {accessToken, refreshToken, idToken},
    ])
  })

  test.each([
    '',
    'hello',
    '{}',
    '[]',
    'null',
    '{"tokens":5}',
    '{"api_key":"sk-1"}',
    '[1,"x",null]',
  ])('%j is of no known format', (text) => {
    expect(parseForeignLogins(text)).toEqual([])
  })

  test('becomes a file of the CLI, unless it has to be renewed first', () => {
    const [login] = parseForeignLogins(JSON.stringify(camel))
    expect(JSON.parse(toCodexText(login!) ?? '')).toMatchObject({
      auth_mode: 'chatgpt',
      tokens: {...snake, account_id: 'team'},
    })
    expect(toCodexText({format: 'refresh token only', refreshToken})).toBeUndefined()
  })
})
