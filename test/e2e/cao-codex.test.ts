import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {beforeAll, describe, expect, test} from 'vitest'
import {installCodexCli, THOROUGH_CODEX_VERSIONS} from '../support/cao/codex-cli.ts'
import {startCaoCodex, type CaoCodexOptions} from '../support/cao/start-cao-codex.ts'

/** `cao` with the official CLI. */

const CODE = /\b([A-Z\d]{4}-[A-Z\d]{5})\b/
const EXEC = ['exec', '--skip-git-repo-check'] as const

beforeAll(installCodexCli, 240_000)

/** Starts a story with the CLI as users have it. */
function start(options?: CaoCodexOptions) {
  return startCaoCodex({...options, isWrapped: true})
}

describe.for(THOROUGH_CODEX_VERSIONS)(
  'cao and the official CLI %s',
  {timeout: 60_000},
  (version) => {
    test('the CLI accepts the login that cao made', async () => {
      const {simulator, cao, codex, env, run} = await start({version})
      await cao.run(['remove', 'a', '--keep-files'])
      writeFileSync(path.join(cao.base, 'a/auth.json'), '{}')
      const login = cao.start(['add', 'a', '--device-auth'])
      await simulator.approveDevice(await login.find(CODE), {email: 'ada@example.com'})
      const {code} = await login.result

      const status = await cao.run(['add', 'a', '--codex', codex], {env})
      const answer = await cao.run(
        [...run.slice(0, -1), '--account', 'a', '--', ...EXEC, 'hello'],
        {
          env,
        },
      )

      expect([code, status.code, answer.code]).toEqual([0, 0, 0])
      expect(status.stdout).toContain('OAuth already configured for this account.')
      expect(answer.stdout.trim()).toBe('gpt-5.5 (medium) heard: hello')
    })

    test('cao accepts the login that the CLI made', async () => {
      const {simulator, cao, codex, env} = await start({version})
      const login = cao.start(['add', 'c', '--device-auth', '--codex', codex], {env})
      await simulator.approveDevice(await login.find(CODE), {email: 'bob@example.com'})

      const {code} = await login.result
      const {stdout} = await cao.run(['status', '--json'])

      const records = JSON.parse(stdout) as readonly object[]
      expect(code).toBe(0)
      expect(records[2]).toMatchObject({
        name: 'c',
        loggedIn: true,
        email: 'bob@example.com',
        usageError: null,
      })
    })

    test('falls back when the first account is spent, knows from the session until when it rests, and tries it last', async () => {
      const {cao, env, run} = await start({version, isFirstSpent: true})
      const startedAtMs = Date.now()

      const {code, stdout, stderr} = await cao.run([...run, ...EXEC, 'say quota'], {env})
      const second = await cao.run([...run, ...EXEC, 'hello again'], {env})

      expect([code, stdout]).toEqual([0, 'gpt-5.5 (medium) heard: say quota\n'])
      expect(stderr).toContain('Quota exhausted. Falling back to: b\nUsing account: b\n')
      const {statuses} = cao.readJson('account_status.json') as {
        statuses: {a: {cooldownUntilMs: number}}
      }
      expect(statuses.a.cooldownUntilMs).toBeGreaterThan(startedAtMs + 60_000)
      expect(second.stderr).toMatch(/^Using account: b\n/)
      expect(second.stderr).not.toContain('Using account: a')
    })

    test('starts the program that draws, on the terminal', async () => {
      const {cao, env, run} = await start({version})
      const config = path.join(cao.base, 'a/config.toml')
      const trust = `\n[projects."${cao.home}"]\ntrust_level = "trusted"\n`
      writeFileSync(config, readFileSync(config, 'utf8') + trust)

      const running = cao.startOnTerminal(run.slice(0, -1), {
        env: {...env, TERM: 'xterm-256color'},
      })
      await running.find(/OpenAI Codex[^]*Ask Codex to do anything/)
      running.write('\u0003')
      running.write('\u0003')

      const {stdout} = await running.result
      expect(stdout).toContain('Using account: a')
      expect(stdout).not.toContain('stdout is not a terminal')
      // A background server would live on, with a copy of the CLI of 400 MB.
      expect(readdirSync(path.join(cao.base, 'a'))).not.toContain('app-server-daemon')
    })
  },
)

describe('cao and the newest official CLI', {timeout: 60_000}, () => {
  test.for([
    ['as events', ['--json', 'say quota'], '', /"text":"gpt-5\.5 \(medium\) heard: say quota"/],
    [
      'without a session, and gives both the prompt of standard input',
      ['--ephemeral'],
      'say quota',
      /^gpt-5\.5 \(medium\) heard: say quota\n$/,
    ],
  ] as const)('falls back when the first account is spent: %s', async ([, args, input, answer]) => {
    const {simulator, cao, env, run} = await start({isFirstSpent: true})

    const {code, stdout, stderr} = await cao.run([...run, ...EXEC, ...args], {env, input})

    expect(code).toBe(0)
    expect(stdout).toMatch(answer)
    expect(stderr).toContain('Quota exhausted. Falling back to: b\nUsing account: b\n')
    const {statuses} = cao.readJson('account_status.json') as {statuses: Record<string, unknown>}
    expect(statuses).toMatchObject({
      a: {lastError: 'usage_limit_reached', consecutiveFailures: 1},
      b: {consecutiveFailures: 0},
    })
    expect(simulator.accounts).toHaveLength(2)
  })

  test('does not run again what failed for another reason, whatever the prompt says', async () => {
    const {simulator, cao, env, run} = await start()
    simulator.addFault({endpoint: 'responses', kind: 'status', status: 400, times: 20})

    const {code, stderr} = await cao.run(
      [...run, ...EXEC, 'explain: usage limit reached, quota exceeded'],
      {env},
    )

    expect(code).toBe(1)
    expect(stderr).toMatch(/^ERROR: /m)
    expect(stderr).not.toContain('Falling back')
  })

  test('hands a signal to the CLI in the middle of an answer', async () => {
    const {cao, env, run} = await start()
    const prompt = 'talk\n[simulator deltas=2000 delay-ms=20]'
    const running = cao.start([...run, ...EXEC, '--json', prompt], {env})
    await running.find(/turn\.started/)

    running.kill('SIGTERM')

    const {code, signal, stderr} = await running.result
    expect([code, signal]).toEqual([143, null])
    expect(stderr).not.toContain('Falling back')
  })
})
