import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, describe, expect, test} from 'vitest'
import {CODEX_VERSION, CODEX_VERSIONS, installCodexCli} from '../support/cao/codex-cli.ts'
import {startCaoCodex, type CaoCodex} from '../support/cao/start-cao-codex.ts'
import {IS_THOROUGH} from '../support/thoroughness.ts'

/** No command leaves an account with less than it had, whatever stands in the environment. */

beforeAll(installCodexCli, 240_000)

const EXEC = ['exec', '--skip-git-repo-check', 'hello'] as const

/** Credentials that the CLI would use in place of the login, or for which it would delete it. */
const CREDENTIALS = {
  CODEX_API_KEY: 'sk-x',
  CODEX_ACCESS_TOKEN: 'at-x',
  OPENAI_API_KEY: 'sk-y',
  OPENAI_FEDERATION_RULE_ID: 'rule',
  OPENAI_IDENTITY_TOKEN_FILE: '/etc/hostname',
  OPENAI_IDENTITY_TOKEN_SOURCE: 'file',
  OPENAI_SPIFFE_AUDIENCE: 'audience',
  OPENAI_SPIFFE_ID: 'spiffe://x/y',
}

/** Every command that needs nobody to answer, as it is typed after `cao`. */
const COMMANDS: readonly (readonly string[])[] = [
  ['list'],
  ['current'],
  ['use', 'b'],
  ['switch', 'a'],
  ['status', '--json'],
  ['status', '--compact'],
  ['status', '--pretty'],
  ['status', '--full'],
  ['status', '--doctor'],
  ['status', '--report'],
  ['status', '--offline'],
  ['doctor', '--json'],
  ['report', '--format', 'json'],
  ['add', 'a'],
  ['add', 'b', '--no-login'],
  ['add', 'a', '--codex', 'CODEX'],
  ['import', 'codex-auth', '--source', '/nowhere'],
  ['completion', 'bash'],
  ['gateway', 'status'],
  ['remove', 'nobody'],
  ['run', '--codex', 'CODEX', '--', 'login', 'status'],
  ['run', '--codex', 'CODEX', '--', '--version'],
  [
    'run',
    '--codex',
    'CODEX',
    '--',
    'login',
    '--device-auth',
    '--experimental_issuer',
    'http://[::1]:9',
  ],
  ['run', '--codex', 'CODEX', '--', '-c', 'forced_login_method=api', ...EXEC],
  ['run', '--codex', 'CODEX', '--', '--config=forced_chatgpt_workspace_id="other"', ...EXEC],
  ['run', '--codex', 'CODEX', '--no-fallback', '-q', '--', ...EXEC],
  ['run', '--codex', 'CODEX', '--max-passes', '2', '--', ...EXEC, '--json'],
  ['run', '--codex', 'CODEX', '--account', 'b', '--offline', '--', ...EXEC, '--ephemeral'],
]

function readLogins({cao}: CaoCodex): readonly string[] {
  return ['a', 'b'].map((name) => readFileSync(path.join(cao.base, name, 'auth.json'), 'utf8'))
}

function revoked({simulator}: CaoCodex): number {
  return simulator.requests.filter(({path: one}) => one === '/oauth/revoke').length
}

describe('every command', {timeout: 300_000}, () => {
  test('keeps all logins where every other credential is set', async () => {
    const story = await startCaoCodex()
    const {cao, codex, env} = story
    const before = readLogins(story)
    const hostile = {...env, ...CREDENTIALS, CODEX_HOME: cao.home, HOME: '/nowhere'}

    for (const typed of COMMANDS) {
      const args = typed.map((word) => (word === 'CODEX' ? codex : word))
      const full = ['--data-dir', cao.base, ...args]
      // Where no CLI is started, that of the command is no part of it either.
      const {stdout} = await (typed.includes('CODEX')
        ? cao.run(full, {env: hostile})
        : cao.call(full, hostile))
      const isAnswered = !typed.includes('--no-fallback') || stdout.includes('heard: hello')
      expect({args, isAnswered, logins: readLogins(story)}).toEqual({
        args,
        isAnswered: true,
        logins: before,
      })
    }
    expect(revoked(story)).toBe(0)
  })
})

describe.for(CODEX_VERSIONS)('cao run with the CLI %s', {timeout: 120_000}, (version) => {
  const others = ['CODEX_ACCESS_TOKEN', 'OPENAI_IDENTITY_TOKEN_FILE', 'OPENAI_SPIFFE_ID']
  const isNewest = version === CODEX_VERSION
  // All of them at once are above, and each of them is in the list of `codex-environment`.
  const names = ['CODEX_API_KEY', ...(isNewest ? others.slice(0, IS_THOROUGH ? 3 : 1) : [])]

  test.each(names)('uses the login of the account where %s is set', async (name) => {
    const story = await startCaoCodex({version})
    const before = readLogins(story)

    const {code, stdout} = await story.cao.run([...story.run, ...EXEC], {
      env: {...story.env, [name]: CREDENTIALS[name as keyof typeof CREDENTIALS]},
    })

    expect([code, stdout]).toEqual([0, 'gpt-5.5 (medium) heard: hello\n'])
    expect(readLogins(story)).toEqual(before)
  })

  test('keeps a login beside an API key that the CLI would take', async () => {
    const story = await startCaoCodex({version})
    const file = path.join(story.cao.base, 'a/auth.json')
    const {auth_mode: _, ...login} = JSON.parse(readFileSync(file, 'utf8')) as object & {
      auth_mode: unknown
    }
    const earlier = {...login, OPENAI_API_KEY: 'sk-x'}
    writeFileSync(file, JSON.stringify(earlier))

    const {code} = await story.cao.run([...story.run, ...EXEC], {env: story.env})

    expect(code).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({...earlier, auth_mode: 'chatgpt'})
  })

  test('puts a login back that the CLI deletes for a setting that nobody foresaw', async () => {
    const story = await startCaoCodex({version})
    const before = readLogins(story)
    const profile = path.join(story.cao.base, 'a/strict.config.toml')
    writeFileSync(profile, 'forced_login_method = "api"\n')

    const {code, stderr} = await story.cao.run([...story.run, '--profile', 'strict', ...EXEC], {
      env: story.env,
    })

    expect(code).toBe(1)
    expect(stderr).toContain('Logging out.')
    expect(stderr).toContain('Codex has deleted the login of a. It has been put back.\n')
    expect(readLogins(story)).toEqual(before)
  })

  test.each([
    ['run', ['run', '--codex', 'CODEX', '--', 'login', '--device-auth']],
    ['add', ['add', 'a', '--force', '--device-auth', '--codex', 'CODEX']],
  ])('keeps the login when a login by the CLI is cancelled: cao %s', async (_, typed) => {
    const story = await startCaoCodex({version})
    const {cao, codex, env} = story
    const before = readLogins(story)
    const login = cao.start(
      typed.map((word) => (word === 'CODEX' ? codex : word)),
      {env},
    )
    await login.find(/\b([A-Z\d]{4}-[A-Z\d]{5})\b/)

    login.kill('SIGINT')

    expect((await login.result).code).not.toBe(0)
    expect(readLogins(story)).toEqual(before)
    expect(revoked(story)).toBe(0)
  })

  test('takes over the login that the CLI has made in place of another', async () => {
    const story = await startCaoCodex({version})
    const {cao, env, run, simulator} = story
    const [before] = readLogins(story)
    const login = cao.start([...run, 'login', '--device-auth'], {env})

    await simulator.approveDevice(await login.find(/\b([A-Z\d]{4}-[A-Z\d]{5})\b/), {
      email: 'bob@example.com',
    })

    expect((await login.result).code).toBe(0)
    expect(readLogins(story)[0]).not.toBe(before)
    const {stdout} = await cao.call(['status', '--json', '--offline'])
    expect(JSON.parse(stdout)).toMatchObject([{name: 'a', email: 'bob@example.com'}, {name: 'b'}])
  })

  test('logs out who wants to', async () => {
    const story = await startCaoCodex({version})

    const {code} = await story.cao.run([...story.run, 'logout'], {env: story.env})

    expect(code).toBe(0)
    expect(() => readLogins(story)).toThrow('ENOENT')
    expect(revoked(story)).toBe(1)
  })
})
