import {existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {tmpdir} from 'node:os'
import {describe, expect, test, vi} from 'vitest'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {makeCaoHome, type CaoHome} from '../support/cao/run-cao.ts'

/** `cao run`, with a script in place of the Codex CLI. */

vi.setConfig({testTimeout: 60_000})

const LIMIT = 'ERROR: You’ve hit your usage limit. Try again at 9:37 AM.'

/** Two accounts; the script knows them as $account. */
async function makeWithCodex(script: string): Promise<{cao: CaoHome; codex: string}> {
  const cao = makeCaoHome()
  cao.addAccounts('a', 'b')
  const codex = cao.writeCodex(`account=$(basename "$CODEX_HOME")\n${script}`)
  return {cao, codex}
}

function statusOf(cao: CaoHome, name: string): unknown {
  const {statuses} = cao.readJson('account_status.json') as {statuses: Record<string, unknown>}
  return statuses[name]
}

describe('cao run', () => {
  test('hands the arguments over, and the output and exit code back', async () => {
    const {cao, codex} = await makeWithCodex(
      'printf "%s|" "$account" "$@"; echo problem >&2; exit 3',
    )

    const result = await cao.run([
      'run',
      '--codex',
      codex,
      '--',
      'exec',
      '--json',
      'a b',
      '--',
      '-x',
    ])

    expect(result).toMatchObject({
      code: 3,
      stdout: 'a|exec|--json|a b|--|-x|',
      stderr: 'Using account: a\nproblem\n',
    })
    expect(statusOf(cao, 'a')).toMatchObject({consecutiveFailures: 1, lastError: 'exit_code_3'})
  })

  test('runs where the outcome cannot be recorded, and says so once', async () => {
    const {cao, codex} = await makeWithCodex('echo fine')
    const file = path.join(cao.base, 'account_status.json')
    rmSync(file, {force: true})
    mkdirSync(file)

    const {code, stdout, stderr} = await cao.run(['run', '--codex', codex])

    expect([code, stdout]).toEqual([0, 'fine\n'])
    expect(stderr).toBe(
      [
        `Warning: The outcome could not be recorded. ${file} is not a regular file, so it was not read. Nothing was changed. Remove it, then try again.`,
        'Using account: a',
        `Warning: account status file cannot be read (${file}). It is ignored.\n`,
      ].join('\n'),
    )
  })

  test('is quiet on request', async () => {
    const {cao, codex} = await makeWithCodex('echo fine')

    expect(await cao.run(['run', '--quiet', '--codex', codex])).toMatchObject({
      code: 0,
      stdout: 'fine\n',
      stderr: '',
    })
  })

  test('takes a codex in the PATH, and drops its name', async () => {
    const {cao} = await makeWithCodex('echo "$@"')
    const env = {PATH: `${cao.home}:${process.env['PATH']}`}

    renameSync(path.join(cao.home, 'fake-codex'), path.join(cao.home, 'codex'))

    const {stdout} = await cao.run(['run', '--', 'codex', 'exec'], {env})

    expect(stdout).toBe('exec\n')
  })

  test('passes over a codex in the PATH that leads back here', async () => {
    const {cao} = await makeWithCodex('echo "real $@"')
    const bin = path.join(cao.home, 'bin')
    mkdirSync(bin)
    const command = `"${process.execPath}" "${path.resolve('dist/cao.js')}" run -q -- "$@"`
    writeFileSync(path.join(bin, 'codex'), `#!/bin/sh\ndo_run=run\nexec ${command}\n`, {
      mode: 0o755,
    })
    renameSync(path.join(cao.home, 'fake-codex'), path.join(cao.home, 'codex'))
    const others = process.env['PATH']

    const found = await cao.run(['run', '-q', '--', 'exec'], {
      env: {PATH: `${bin}:${cao.home}:${others}`},
    })
    const none = await cao.run(['run', '-q', '--', 'exec'], {env: {PATH: `${bin}:/usr/bin:/bin`}})

    expect(found).toMatchObject({code: 0, stdout: 'real exec\n'})
    expect([none.code, none.stderr]).toEqual([
      1,
      `Error: ${bin}/codex would start cao again, and there is no other Codex CLI.\nHint: Name the real one with --codex <path>, or install it with npm install -g @openai/codex.\n`,
    ])
  })

  test('ends a circle that nobody could see from outside', async () => {
    const {cao} = await makeWithCodex('exit 0')
    const bin = path.join(cao.home, 'bin')
    mkdirSync(bin)
    const command = `"${process.execPath}" "${path.resolve('dist/cao.js')}"`
    writeFileSync(path.join(cao.home, 'again'), `#!/bin/sh\n${command} "$@"\n`, {mode: 0o755})
    writeFileSync(path.join(bin, 'codex'), `#!/bin/sh\n"${cao.home}/again" r""un -q -- "$@"\n`, {
      mode: 0o755,
    })

    const {code, stderr} = await cao.run(['run', '-q', '--', 'exec'], {
      env: {PATH: `${bin}:/usr/bin:/bin`},
    })

    expect(code).toBe(1)
    expect(stderr).toContain(`${bin}/codex would start cao again`)
  })

  test('goes on with the next account when one is out of quota', async () => {
    const {cao, codex} = await makeWithCodex(
      `test "$account" = a && { echo "${LIMIT}" >&2; exit 1; }; echo "done by $account"`,
    )

    const first = await cao.run(['run', '--codex', codex, '--', 'exec', 'hello'])
    const second = await cao.run(['run', '--codex', codex, '--', 'exec', 'hello'])

    expect(first).toMatchObject({
      code: 0,
      stdout: 'done by b\n',
      stderr: `Using account: a\n${LIMIT}\nQuota exhausted. Falling back to: b\nUsing account: b\n`,
    })
    expect(statusOf(cao, 'a')).toMatchObject({
      lastError: 'usage_limit_reached',
      consecutiveFailures: 1,
    })
    expect(statusOf(cao, 'b')).toMatchObject({consecutiveFailures: 0})
    // A spent account is not tried first.
    expect(second.stderr).toBe('Using account: b\n')
  })

  test('says so when all accounts are out of quota, with the exit code of the last', async () => {
    const {cao, codex} = await makeWithCodex(
      `echo "${LIMIT}" >&2; test "$account" = a || exit 7; exit 1`,
    )

    const args = ['run', '--max-passes', '1', '--retry-delay', '3600', '--codex', codex]
    const {code, stderr} = await cao.run(args)

    expect(code).toBe(7)
    expect(stderr).toMatch(
      /Using account: b\n.*\nAll accounts exhausted due to quota\.\na is back first, in \d+m.*\.\n$/,
    )
    expect(stderr).not.toContain('Rechecking')
  })

  test('goes through the accounts again, after the delay', async () => {
    const {cao, codex} = await makeWithCodex(`echo "${LIMIT}" >&2; exit 1`)

    const {code, stderr} = await cao.run(['run', '--retry-delay', '0.05', '--codex', codex])

    expect(code).toBe(1)
    expect(stderr.match(/^Using account: \w$|^All accounts.*$/gm)).toEqual([
      'Using account: a',
      'Using account: b',
      'All accounts hit quota. Rechecking...',
      'Using account: a',
      'Using account: b',
      'All accounts exhausted due to quota.',
    ])
    expect(statusOf(cao, 'a')).toMatchObject({cooldownUntilMs: expect.any(Number) as unknown})
  })

  test.for([
    ['the phrase on standard output', `echo "usage limit reached"; exit 1`],
    [
      'colours inside the phrase',
      String.raw`printf 'ERROR: You hit your \033[1musage\033[0m limit\n' >&2; exit 1`,
    ],
    ['many lines after it', `echo "insufficient credits"; seq 3000; exit 1`],
    [
      'no end of the line',
      `head -c 200000 /dev/zero | tr '\\0' x; printf "quota exceeded"; exit 1`,
    ],
    [
      'an event',
      `echo '{"type":"turn.failed","error":{"message":"You’ve hit your usage limit."}}'; exit 1`,
    ],
  ] as const)('recognises exhaustion by %s', async ([, script]) => {
    const {cao, codex} = await makeWithCodex(`test "$account" = b && exit 0; ${script}`)

    const {code, stderr} = await cao.run(['run', '--codex', codex, '--', 'exec', '--json', 'hello'])

    expect([code, stderr.includes('Quota exhausted. Falling back to: b')]).toEqual([0, true])
  })

  test.for([
    ['a good end', 'echo "usage limit reached"; exit 0'],
    ['another error', 'echo "quota.txt: exceeded the size" >&2; exit 1'],
    [
      'a prompt that is repeated',
      'echo user >&2; echo "$2" >&2; echo "ERROR: no network" >&2; exit 1',
    ],
    ['a prompt inside an error', 'echo "error: cannot do: $2" >&2; exit 1'],
    [
      'a final error after it',
      'echo "usage limit reached" >&2; echo "ERROR: no network" >&2; exit 1',
    ],
    [
      'an answer that is quoted in an event',
      `echo '{"type":"item.completed","item":{"text":"usage limit reached"}}'; exit 1`,
    ],
  ] as const)('does not take %s for exhaustion', async ([, script]) => {
    const {cao, codex} = await makeWithCodex(script)
    const prompt = 'explain: usage limit reached, quota exceeded'

    const {stderr} = await cao.run(['run', '--codex', codex, '--', 'exec', prompt, '--json'])

    expect(stderr).not.toContain('Falling back')
  })

  test('gives every account the same standard input', async () => {
    const {cao, codex} = await makeWithCodex(
      `text=$(cat); test "$account" = a && { echo "${LIMIT}" >&2; exit 1; }; echo "$text" | wc -c`,
    )
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('cao-'))

    const {code, stdout} = await cao.run(['run', '--codex', codex, '--', 'exec'], {
      input: 'x'.repeat(300_000),
    })

    expect([code, Number(stdout)]).toEqual([0, 300_001])
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('cao-'))
    expect(after.filter((name) => !before.includes(name))).toEqual([])
  })

  test('leaves standard input to the only account, slow as it may be', async () => {
    const {cao, codex} = await makeWithCodex('echo ready; cat')

    const run = cao.start(['run', '--account', 'a', '--codex', codex, '--', 'exec'], {isOpen: true})
    await run.find(/ready/)
    run.end('late words')

    expect(await run.result).toMatchObject({code: 0, stdout: 'ready\nlate words'})
  })

  test('does not wait for standard input that nobody reads', async () => {
    const {cao, codex} = await makeWithCodex('echo fine')

    const run = cao.start(['run', '--codex', codex, '--', 'exec'], {isOpen: true})

    expect(await run.result).toMatchObject({code: 0, stdout: 'fine\n'})
  })

  test('runs only the named account, and only once without fallback', async () => {
    const {cao, codex} = await makeWithCodex(`echo "${LIMIT}" >&2; exit 1`)

    const named = await cao.run(['run', '--account', 'b', '--codex', codex])
    const single = await cao.run(['run', '--no-fallback', '--account', 'b', '--codex', codex])
    const unknown = await cao.run(['run', '--account', 'zoe', '--codex', codex])

    expect([named.code, named.stderr]).toEqual([
      1,
      `Using account: b\n${LIMIT}\nAll accounts exhausted due to quota.\n`,
    ])
    expect([single.code, single.stderr]).toEqual([1, `Using account: b\n${LIMIT}\n`])
    expect([unknown.code, unknown.stderr]).toEqual([1, 'No matching accounts found.\n'])
  })

  test('explains what is missing: accounts, or the Codex CLI', async () => {
    const cao = makeCaoHome()
    const none = await cao.run(['run'])
    cao.addAccounts('a')

    const missing = await cao.run(['run', '--codex', '/nowhere/codex'])

    expect([none.code, none.stderr]).toEqual([
      1,
      'No accounts registered. Use `cao add <name>` first.\n',
    ])
    expect(missing.code).toBe(1)
    expect(missing.stderr).toMatch(
      /^Using account: a\nError: Failed to start codex: spawn \/nowhere\/codex ENOENT\nHint: /,
    )
  })

  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'hands %s to the CLI, and ends as it does',
    async (signal) => {
      const {cao, codex} = await makeWithCodex(
        `trap 'echo told; exit 42' TERM INT HUP; echo ready; while :; do sleep 0.05; done`,
      )

      const run = cao.start(['run', '--codex', codex, '--', 'exec'])
      await run.find(/ready/)
      run.kill(signal)

      expect(await run.result).toMatchObject({code: 42, signal: null, stdout: 'ready\ntold\n'})
    },
  )

  test('ends with 128 and the number of the signal that killed the CLI', async () => {
    const {cao, codex} = await makeWithCodex('kill -KILL $$')

    expect(await cao.run(['run', '--codex', codex])).toMatchObject({code: 137, signal: null})
  })

  test('prefers the account that has quota by what the backend says', async () => {
    const simulator = await startTestSimulator({
      accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
    })
    simulator.changeAccount('ada@example.com', {primary: {usedPercent: 100}})
    const cao = makeCaoHome(simulator)
    cao.addAccounts('a', 'b')
    await cao.logIn('a', 'ada@example.com')
    await cao.logIn('b', 'bob@example.com')
    const codex = cao.writeCodex('basename "$CODEX_HOME"')

    const run = async (...args: string[]) =>
      (await cao.run(['run', ...args, '--codex', codex])).stdout

    // It waits for what the backend says only so long, which a busy machine may need for less.
    await expect.poll(run, {timeout: 60_000}).toBe('b\n')
    expect(await run('--offline')).toBe('b\n')
    expect(existsSync(path.join(cao.base, 'usage.json'))).toBe(true)
  })

  test('gives a program that draws the terminal, and everything else a pipe', async () => {
    const {cao, codex} = await makeWithCodex(
      'test -t 0 && test -t 1 && test -t 2 && echo "terminal for $@" || echo "pipe for $@"',
    )

    const [plain, resumed, exec] = await Promise.all(
      [[], ['-m', 'gpt-6-sol', 'resume'], ['-m', 'exec', 'exec', 'hello']].map(
        (args) => cao.startOnTerminal(['run', '--codex', codex, '--', ...args]).result,
      ),
    )

    // Without a background server, which would outlive the run.
    expect(plain!.stdout).toContain('terminal for --no-daemon\r\n')
    expect(resumed!.stdout).toContain('terminal for --no-daemon -m gpt-6-sol resume')
    expect(exec!.stdout).toContain('pipe for -m exec exec hello')
  })

  test('starts a program that draws and has no background servers yet', async () => {
    const {cao, codex} = await makeWithCodex(
      'test "$1" = --no-daemon && { echo "unexpected argument" >&2; exit 2; }; echo "screen $@"',
    )

    const {code, stdout} = await cao.startOnTerminal(['run', '--codex', codex, '--', 'resume'])
      .result

    expect([code, stdout.includes('screen resume')]).toEqual([0, true])
  })

  test('offers the next account when the program that draws ended at a limit', async () => {
    const session = JSON.stringify({
      payload: {type: 'task_complete', error: {codex_error_info: 'usage_limit_exceeded'}},
    })
    const {cao, codex} = await makeWithCodex(
      `test "$account" = b && { echo "on b"; exit 0; }
mkdir -p "$CODEX_HOME/sessions/2026/11/21"
echo '${session}' > "$CODEX_HOME/sessions/2026/11/21/rollout-1.jsonl"`,
    )

    const run = cao.startOnTerminal(['run', '--codex', codex])
    await run.find(/a is out of quota\. Start again with b\?/)
    run.write('\r')

    const {code, stdout} = await run.result
    expect([code, stdout.includes('on b')]).toEqual([0, true])
    expect(statusOf(cao, 'a')).toMatchObject({lastError: 'usage_limit_reached'})
  })

  test('passes large output on without keeping it', async () => {
    const {cao, codex} = await makeWithCodex("head -c 20000000 /dev/zero | tr '\\0' x")
    const run = cao.start(['run', '--codex', codex, '--', 'exec'])

    const {stdout} = await run.result

    expect(stdout).toHaveLength(20_000_000)
  })
})
