import {lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {ensureCodexConfig} from '../../../src/agent/home/codex-config.ts'
import {ensureGroupHome} from '../../../src/agent/home/group-home.ts'
import {findPayment, linkLogin, seedAuthFromMain} from '../../../src/agent/home/login.ts'
import {toSandboxSettings} from '../../../src/agent/protocol/policy.ts'
import {parseToml} from '../../../src/codex/change-toml.ts'
import {buildAuthFile, buildLogin} from '../../support/accounts/build-login.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

const AUTO = toSandboxSettings('auto', {ipcFolder: '/workspace/ipc', isContained: false})
const KEY_FILE = JSON.stringify({auth_mode: 'apikey', OPENAI_API_KEY: 'sk-proj-1'})

function makeHome(name: string, auth?: string): string {
  const home = path.join(makeTemporaryFolder(), name)
  mkdirSync(home)
  if (auth !== undefined) writeFileSync(path.join(home, 'auth.json'), auth)
  return home
}

function makeChatgptFile(): string {
  return buildAuthFile(buildLogin({user: 'ada'}), {accountId: 'team'})
}

test('the home of a group is a folder of its own, for this user, mounted as a whole', async () => {
  const dataFolder = makeTemporaryFolder()
  const mount = await ensureGroupHome({dataFolder, groupFolder: 'dev-team'})
  expect(mount).toEqual({
    hostPath: path.join(dataFolder, 'codex/dev-team/.codex'),
    containerPath: '/home/node/.codex',
    readonly: false,
  })
  expect(lstatSync(mount.hostPath).mode & 0o777).toBe(0o700)
  await expect(ensureGroupHome({dataFolder, groupFolder: '../main'})).rejects.toThrow(/folder/)
})

describe('config.toml', () => {
  test('loses the two keys of older instructions, and keeps what its owner wrote', async () => {
    const home = makeHome('a')
    const file = path.join(home, 'config.toml')
    writeFileSync(
      file,
      '# mine\nmodel = "gpt-6.2-sol" # the best\napproval_policy = "auto"\npreferred_auth_method = "chatgpt"\n\n[projects."/x.y"]\ntrust_level = "trusted"\n',
    )

    await ensureCodexConfig(home, {sandbox: AUTO, auth: 'chatgpt'})
    const text = readFileSync(file, 'utf8')
    await ensureCodexConfig(home, {sandbox: AUTO, auth: 'chatgpt'})

    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(text).toContain('# mine\nmodel = "gpt-6.2-sol" # the best\n')
    expect(parseToml(text)).toEqual({
      model: 'gpt-6.2-sol',
      approval_policy: 'never',
      sandbox_mode: 'workspace-write',
      cli_auth_credentials_store: 'file',
      check_for_update_on_startup: false,
      projects: {'/x.y': {trust_level: 'trusted'}},
      sandbox_workspace_write: {writable_roots: ['/workspace/ipc'], network_access: true},
      shell_environment_policy: {ignore_default_excludes: false},
    })
  })

  test('is refused where it is no TOML, or would make the CLI delete the login', async () => {
    const broken = makeHome('b')
    writeFileSync(path.join(broken, 'config.toml'), 'model = \n')
    const forced = makeHome('c')
    writeFileSync(path.join(forced, 'config.toml'), 'forced_login_method = "api"\n')

    await expect(ensureCodexConfig(broken, {sandbox: AUTO, auth: 'chatgpt'})).rejects.toThrow(
      /cannot read .*config\.toml/,
    )
    await expect(ensureCodexConfig(forced, {sandbox: AUTO, auth: 'chatgpt'})).rejects.toThrow(
      /would delete the login/,
    )
    await expect(ensureCodexConfig(forced, {sandbox: AUTO, auth: 'api'})).resolves.toBeUndefined()
  })
})

describe('who pays', () => {
  const ask = {authMethod: undefined, apiKey: undefined}

  test('is a login of the group before a shared one, and a login before a key', async () => {
    const shared = makeHome('main', makeChatgptFile())
    const own = makeHome('own', makeChatgptFile())
    const none = makeHome('none')

    expect(
      await findPayment({...ask, codexHome: own, loginFolder: shared, apiKey: 'sk-1'}),
    ).toEqual({kind: 'file', login: 'chatgpt'})
    expect(lstatSync(path.join(own, 'auth.json')).isSymbolicLink()).toBe(false)
    expect(
      await findPayment({...ask, codexHome: none, loginFolder: shared, apiKey: 'sk-1'}),
    ).toEqual({kind: 'file', login: 'chatgpt'})
    expect(readlinkSync(path.join(none, 'auth.json'))).toBe(path.join(shared, 'auth.json'))
  })

  test('is the key where there is no login, or the group asks for it', async () => {
    const home = makeHome('own', makeChatgptFile())
    const key = {kind: 'api_key', apiKey: 'sk-1'}
    expect(await findPayment({...ask, codexHome: makeHome('x'), apiKey: 'sk-1'})).toEqual(key)
    expect(await findPayment({codexHome: home, authMethod: 'api_key', apiKey: 'sk-1'})).toEqual(key)
  })

  test('is never a key in auth.json where the group asks for the login', async () => {
    const asked = findPayment({...ask, codexHome: makeHome('x', KEY_FILE), authMethod: 'chatgpt'})
    await expect(asked).rejects.toMatchObject({code: 'no_auth'})
  })

  test.each([
    ['chatgpt', 'sk-1', /codex login --device-auth on the host, then/],
    ['api_key', undefined, /Set OPENAI_API_KEY/],
    [undefined, undefined, /device-auth on the host, or set OPENAI_API_KEY/],
  ] as const)('is nobody: method %s, key %s', async (authMethod, apiKey, message) => {
    const asked = findPayment({codexHome: makeHome('x'), authMethod, apiKey})
    await expect(asked).rejects.toThrow(message)
    await expect(asked).rejects.toMatchObject({code: 'no_auth'})
  })
})

describe('the login of the main group', () => {
  test('is shared by a link, which replaces another link and never a file', async () => {
    const main = makeHome('main', makeChatgptFile())
    const group = makeHome('group')
    symlinkSync('/nowhere/auth.json', path.join(group, 'auth.json'))

    expect(await seedAuthFromMain({mainHome: main, codexHome: group})).toBe(true)
    expect(readlinkSync(path.join(group, 'auth.json'))).toBe(path.join(main, 'auth.json'))
    expect(await linkLogin(makeHome('own', KEY_FILE), main)).toBe(false)
  })

  test('is copied only where it is an API key', async () => {
    const main = makeHome('main', KEY_FILE)
    const group = makeHome('group')
    expect(await seedAuthFromMain({mainHome: main, codexHome: group, mode: 'copy'})).toBe(true)
    expect(readFileSync(path.join(group, 'auth.json'), 'utf8')).toBe(KEY_FILE)
    await expect(
      seedAuthFromMain({
        mainHome: makeHome('m', makeChatgptFile()),
        codexHome: makeHome('g'),
        mode: 'copy',
      }),
    ).rejects.toThrow(/two copies of a ChatGPT login end each other/)
  })
})
