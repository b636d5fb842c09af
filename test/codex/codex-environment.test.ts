import {expect, test} from 'vitest'
import {findOutranking, toCodexEnvironment} from '../../src/codex/codex-environment.ts'

/** The CLI is given the login of one account, and no other credential. */

const KEPT = {
  PATH: '/usr/bin',
  OPENAI_API_KEY: 'sk-of-a-program-that-it-runs',
  OPENAI_BASE_URL: 'http://127.0.0.1:1',
  CODEX_REFRESH_TOKEN_URL_OVERRIDE: 'http://127.0.0.1:2/oauth/token',
  CODEX_APP_SERVER_LOGIN_ISSUER: 'http://127.0.0.1:3',
  CODEX_CA_CERTIFICATE: '/etc/own.pem',
}

test.each([
  'CODEX_API_KEY',
  'CODEX_ACCESS_TOKEN',
  'CODEX_AGENT_IDENTITY',
  'CODEX_CONNECTORS_TOKEN',
  'OPENAI_FEDERATION_RULE_ID',
  'OPENAI_IDENTITY_TOKEN_FILE',
  'OPENAI_IDENTITY_TOKEN_SOURCE',
  'OPENAI_SPIFFE_AUDIENCE',
  'OPENAI_SPIFFE_ID',
  'codex_api_key',
])('%s does not reach the CLI', (name) => {
  expect(toCodexEnvironment({...KEPT, [name]: 'x'}, '/accounts/a')).toEqual({
    ...KEPT,
    CODEX_HOME: '/accounts/a',
  })
  expect(findOutranking({...KEPT, [name]: 'x'})).toEqual([name])
})

test('the folder of the account takes the place of any other, however it is spelled', () => {
  expect(toCodexEnvironment({Codex_Home: '/mine', CODEX_HOME: '/mine'}, '/accounts/a')).toEqual({
    CODEX_HOME: '/accounts/a',
  })
  expect(toCodexEnvironment({CODEX_HOME: '/mine', CODEX_API_KEY: 'x'}, undefined)).toEqual({
    CODEX_HOME: '/mine',
  })
})

test('an empty variable is none', () => {
  expect(findOutranking({...KEPT, CODEX_API_KEY: ''})).toEqual([])
})
