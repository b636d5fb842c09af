import {existsSync, readdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {makeCaoHome, type CaoHome} from '../support/cao/run-cao.ts'
import {eventually} from '../support/eventually.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'

/** `cao claude`, with a program that says what it was told. */

interface Settings {
  readonly model: string
  readonly env: Readonly<Record<string, string>>
}

/** Says with what it was run, in the place of Claude Code. */
const SHOW = `cat "$2"; echo; shift 2; echo "arguments: $*"; echo "proxy: $NO_PROXY"`

async function start(script = SHOW): Promise<CaoHome & {claude: string; port: number}> {
  const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
  const cao = makeCaoHome(simulator)
  cao.addAccounts('a')
  await cao.logIn('a', 'ada@example.com')
  const port = await findFreePort()
  writeFileSync(path.join(cao.base, 'gateway.json'), JSON.stringify({port}))
  return {...cao, claude: cao.writeCodex(script), port}
}

function read(stdout: string): Settings {
  return JSON.parse(stdout.split('\n', 1)[0] ?? '') as Settings
}

const leftIn = (base: string) => readdirSync(base).filter((name) => /claude|state/.test(name))

test('Claude Code is led to a gateway of its own for one run, and nothing is left behind', async () => {
  const cao = await start()
  const env = {ANTHROPIC_API_KEY: 'sk-ant-of-the-user', NO_PROXY: 'intranet.example'}

  const result = await cao.run(['claude', '--claude', cao.claude, '--', '-p', 'hello'], {env})

  const settings = read(result.stdout)
  expect(settings).toMatchObject({
    model: 'gpt-6.2-sol',
    env: {
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${cao.port}`,
      ANTHROPIC_MODEL: 'gpt-6.2-sol',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'gpt-6-luna',
      CLAUDE_CODE_AUTO_COMPACT_WINDOW: '258400',
      CLAUDE_CODE_USE_BEDROCK: '',
    },
  })
  expect(settings.env['ANTHROPIC_AUTH_TOKEN']).toMatch(/^cao_/)
  // Nothing else is on standard output: what Claude Code prints may be read by a program.
  expect(result.stdout.split('\n').slice(1)).toEqual([
    'arguments: -p hello',
    'proxy: intranet.example,127.0.0.1,localhost',
    '',
  ])
  expect(result.code).toBe(0)
  expect(leftIn(cao.base)).toEqual([])
  expect(cao.readJson('gateway.keys.json')).toMatchObject({keys: []})
})

test('its exit code is handed on, and its own settings stay below ours', async () => {
  const cao = await start(`cat "$2"; echo; exit 7`)
  const theirs = '{"theme":"dark","model":"opus","env":{"ANTHROPIC_MODEL":"opus","A":"1"}}'

  const options = ['claude', '--model', 'gpt-5.5-high', '--claude', cao.claude]
  const result = await cao.run([...options, '--', '--settings', theirs, '-p'])

  expect(result.code).toBe(7)
  expect(read(result.stdout)).toMatchObject({
    theme: 'dark',
    model: 'gpt-5.5-high',
    env: {A: '1', ANTHROPIC_MODEL: 'gpt-5.5-high'},
  })
})

test('a gateway that runs is used, and goes on', async () => {
  const cao = await start()
  const gateway = cao.start(['gateway', 'start'])
  await gateway.find(/Gateway started on/)

  const result = await cao.run(['claude', '--claude', cao.claude])
  const status = await cao.run(['gateway', 'status'])
  gateway.kill('SIGTERM')
  await gateway.result

  expect(read(result.stdout).env['ANTHROPIC_BASE_URL']).toBe(`http://127.0.0.1:${cao.port}`)
  expect(status.code).toBe(0)
})

test('what a killed run has left is taken away by the next one', async () => {
  const cao = await start(`echo started; exec sleep 5 >&- 2>&-`)
  const killed = cao.start(['claude', '--claude', cao.claude])
  await killed.find(/started/)
  killed.kill('SIGKILL')
  await killed.result
  const left = leftIn(cao.base).filter((name) => name.startsWith('gateway.claude-'))

  const next = await cao.run(['claude', '--claude', cao.writeCodex('exit 0')])
  const list = await cao.run(['gateway', 'keys', 'list'])
  await cao.run(['gateway', 'stop'])

  expect(left).toHaveLength(1)
  expect(next.code).toBe(0)
  expect(leftIn(cao.base)).toEqual([])
  expect(list.stdout).toContain('No client keys yet.')
})

test('the gateway of a run ends by itself when the run was killed, and takes along what it has left', async () => {
  const cao = await start(`echo started; exec sleep 5 >&- 2>&-`)
  const killed = cao.start(['claude', '--claude', cao.claude])
  await killed.find(/started/)

  killed.kill('SIGKILL')
  await killed.result
  await eventually(() => expect(existsSync(path.join(cao.base, 'gateway.state.json'))).toBe(false))

  expect(leftIn(cao.base)).toEqual([])
  expect((await cao.run(['gateway', 'keys', 'list'])).stdout).toContain('No client keys yet.')
})

test('a program that is not there, and settings that are none, are said in one sentence', async () => {
  const cao = await start()

  const missing = await cao.run(['claude', '--claude', '/nowhere/claude'])
  const wrong = await cao.run(['claude', '--claude', cao.claude, '--', '--settings=/nowhere.json'])

  expect(missing).toMatchObject({code: 1})
  expect(missing.stderr).toContain(
    'Error: Failed to start Claude Code: spawn /nowhere/claude ENOENT',
  )
  expect(missing.stderr).toContain('Install it with npm install -g @anthropic-ai/claude-code')
  expect(wrong.stderr).toContain('Error: `--settings` of Claude Code names no settings.')
  expect(existsSync(path.join(cao.base, 'gateway.state.json'))).toBe(false)
})
