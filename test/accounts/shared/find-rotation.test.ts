import {mkdtemp, mkdir, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {beforeEach, describe, expect, onTestFinished, test} from 'vitest'
import {findRotation} from '../../../src/accounts/shared/find-rotation.ts'
import {toJwt} from '../../support/servers/fake-token-endpoint.ts'

const CLAIM = 'https://api.openai.com/auth'
const TOKENS = {accessToken: 'at-1', refreshToken: 'rt-1', expiresAtMs: 5}

/** The file of the CLI after it has refreshed. */
function toAuthFile(fields: object = {}, tokens: object = {}): string {
  const claims = {[CLAIM]: {chatgpt_user_id: 'user-1', chatgpt_account_id: 'account-1'}}
  return JSON.stringify({
    auth_mode: 'chatgpt',
    tokens: {access_token: toJwt(claims), refresh_token: 'rt-2', ...tokens},
    last_refresh: '2026-11-20T08:22:52.409082160Z',
    ...fields,
  })
}

let userHome = ''
let codexHome = ''

beforeEach(async () => {
  userHome = await mkdtemp(path.join(tmpdir(), 'find-rotation-'))
  onTestFinished(() => rm(userHome, {recursive: true}))
  codexHome = path.join(userHome, '.codex')
  await mkdir(codexHome)
})

/** Looks for who rotated an account that was copied from the CLI. */
async function find(text: string, account: object = {}) {
  const origin = path.join(codexHome, 'auth.json')
  await writeFile(origin, text)
  const copied = {id: 'user-1:account-1', tokens: TOKENS, origin, ...account}
  return findRotation(copied, {userHome})
}

describe('newer tokens of the same login', () => {
  test('tell who was faster, and when', async () => {
    expect(await find(toAuthFile())).toEqual({
      rotatedBy: 'the Codex CLI in ~/.codex',
      rotatedAtMs: Date.UTC(2026, 10, 20, 8, 22, 52, 409),
    })
  })

  test('are also looked for in the folder that the account lives in', async () => {
    expect(await find(toAuthFile(), {origin: undefined, home: codexHome})).toMatchObject({
      rotatedBy: 'the Codex CLI in ~/.codex',
    })
  })

  test('are told with the whole path when they are somewhere else', async () => {
    await writeFile(path.join(codexHome, 'auth.json'), toAuthFile())
    const account = {id: 'user-1:account-1', tokens: TOKENS, home: codexHome}

    const rotation = await findRotation(account, {userHome: '/home/somebody'})

    expect(rotation?.rotatedBy).toBe(`the Codex CLI in ${codexHome}`)
  })

  test.each([undefined, null, 5, 'yesterday'])('need not say when: %o', async (lastRefresh) => {
    expect(await find(toAuthFile({last_refresh: lastRefresh}))).toEqual({
      rotatedBy: 'the Codex CLI in ~/.codex',
    })
  })
})

describe('nobody is blamed', () => {
  test.each([
    ['for the same refresh token', toAuthFile({}, {refresh_token: 'rt-1'})],
    ['for the login of somebody else', toAuthFile({}, {access_token: toJwt({sub: 'user-2'})})],
    ['for a login without an account', toAuthFile({}, {access_token: 'opaque'})],
    ['for an API key', JSON.stringify({auth_mode: 'apikey', OPENAI_API_KEY: 'key'})],
    ['for a damaged file', '{"tokens":'],
    ['for an empty file', ''],
  ])('%s', async (_name, text) => {
    expect(await find(text)).toBeUndefined()
  })

  test('when there is no file, or none is known', async () => {
    const account = {id: 'user-1:account-1', tokens: TOKENS}

    expect(await findRotation({...account, home: codexHome}, {userHome})).toBeUndefined()
    expect(await findRotation(account, {userHome})).toBeUndefined()
  })
})
