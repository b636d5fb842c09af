import {existsSync, writeFileSync} from 'node:fs'
import {readdir, readFile} from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import {beforeAll, expect, test} from 'vitest'
import {
  THOROUGH_CODEX_VERSIONS,
  createCodex,
  findCodexProgram,
  installCodexCli,
  toCodexConfig,
  toCodexEnvironment,
  type CodexVersion,
} from '../support/cao/codex-cli.ts'
import type {CliWay} from '../../src/connector/drivers/codex-cli/codex-cli-driver.ts'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {connectAccount, startConnector, waitForEnd} from '../support/stories/start-connector.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

beforeAll(installCodexCli, 120_000)

const LOGIN = 'POST /connectors/codex/login'

/** A connector that lets the real CLI log in to a CODEX_HOME of its own. */
async function startStory(way: CliWay, version: CodexVersion) {
  const home = makeTemporaryFolder()
  const env = (simulator: Simulator): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: home,
    ...toCodexEnvironment(simulator),
  })
  const settings = {codexHome: home, codex: findCodexProgram(version), codexWays: [way]}
  const story = await startConnector(
    {login: 'codex-cli', ...settings},
    {env, deviceIntervalSeconds: 1},
  )
  writeFileSync(path.join(home, 'config.toml'), toCodexConfig(story.simulator, 'gpt-5.6-sol'))
  return {...story, home}
}

const WAYS: readonly CliWay[] = ['app-server', 'text']
const RUNS = WAYS.flatMap((way) =>
  THOROUGH_CODEX_VERSIONS.map((version) => [way, version] as const),
)

test.each(RUNS)(
  'the real CLI logs in by its %s (%s), and takes the login for its own',
  async (way, version) => {
    const story = await startStory(way, version)
    const {ask, home} = story

    const first = await ask(LOGIN)
    expect(first.body).toMatchObject({status: 'pending', state: 'pending'})
    expect(first.body['user_code']).toMatch(/^[A-Z0-9]{4}-[A-Z0-9]{5}$/)
    const cancelled = await ask(`${LOGIN}/${String(first.body['poll_id'])}/cancel`)
    expect(cancelled.body).toMatchObject({status: 'cancelled', cancel: 'canceled'})
    expect(existsSync(path.join(home, 'auth.json'))).toBe(false)

    const ended = await connectAccount(story)
    expect(ended.body).toMatchObject({
      status: 'succeeded',
      state: 'completed',
      email: 'ada@example.com',
      plan: 'pro',
    })
    expect((await readdir(home)).filter((name) => name.startsWith('.login-'))).toEqual([])
    const login = await readFile(path.join(home, 'auth.json'), 'utf8')
    expect(login).toContain('"oauth_provenance"')

    const status = await ask('GET /connectors/codex/auth-status?verify=true')
    expect(status.body).toMatchObject({
      authenticated: true,
      verified: true,
      method: 'chatgpt',
      cli: {installed: true, version},
    })
    expect((await ask('POST /connectors/codex/logout')).body).toMatchObject({status: 'ok'})
    expect(existsSync(path.join(home, 'auth.json'))).toBe(false)
  },
  60_000,
)

test('a login of our own client is one for the real CLI', async ({onTestFinished}) => {
  const story = await startConnector()
  await connectAccount(story)
  const codex = await createCodex(story.simulator, {model: 'gpt-5.6-sol', onTestFinished})
  const login = await readFile(path.join(story.folder, 'ada', 'auth.json'))
  writeFileSync(path.join(codex.home, 'auth.json'), login, {mode: 0o600})
  const {code, stderr, stdout} = await codex.run('login', 'status')
  expect({code, said: stdout + stderr}).toMatchObject({code: 0})
  expect(stdout + stderr).toContain('Logged in using ChatGPT')
})

test.each([
  ['app-server', 404, 'device_auth_disabled'],
  ['app-server', 429, 'rate_limited'],
  ['text', 404, 'device_auth_disabled'],
  ['text', 429, 'rate_limited'],
] as const)('by its %s, a refusal with %i is %s', async (way, status, code) => {
  const {ask, simulator} = await startStory(way, '0.171.0')
  simulator.addFault({endpoint: 'device-user-code', kind: 'status', status, times: 9})
  expect((await ask(LOGIN)).body).toMatchObject({status: 'error', code})
})

test('a policy of the CLI against logins is told apart', async () => {
  const {ask, home} = await startStory('app-server', '0.171.0')
  const file = path.join(home, 'config.toml')
  writeFileSync(file, `forced_login_method = "api"\n${await readFile(file, 'utf8')}`)
  expect((await ask(LOGIN)).body).toMatchObject({status: 'error', code: 'login_disabled_by_policy'})
})

test('an API key goes to the CLI by its standard input', async () => {
  const {ask, home} = await startStory('app-server', '0.171.0')
  const body = {api_key: 'sk-test-1234567890'}
  expect((await ask('POST /connectors/codex/credentials', {body})).body).toMatchObject({
    status: 'stored',
    active: true,
  })
  expect(JSON.parse(await readFile(path.join(home, 'auth.json'), 'utf8'))).toMatchObject({
    auth_mode: 'apikey',
    OPENAI_API_KEY: 'sk-test-1234567890',
  })
  const status = await ask('GET /connectors/codex/auth-status')
  expect(status.body).toMatchObject({authenticated: true, method: 'api_key'})
})

test('without the CLI, the login says how to install it', async () => {
  const codex = path.join(makeTemporaryFolder(), 'codex')
  const {ask} = await startConnector({login: 'codex-cli', codexHome: makeTemporaryFolder(), codex})
  const headers = {'accept-language': 'es'}
  const {body} = await ask(LOGIN, {headers})
  expect(body).toMatchObject({
    status: 'error',
    code: 'cli_missing',
    message: 'Codex CLI no detectado',
    action: 'npm install -g @openai/codex',
  })
  const flow = await waitForEnd(ask, String(body['poll_id']))
  expect(flow.body).toMatchObject({status: 'failed', state: 'failed'})
})
