import {execFileSync} from 'node:child_process'
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {buildAuthFile, buildLogin} from '../support/accounts/build-login.ts'
import {makeCaoHome, type CaoHome} from '../support/cao/run-cao.ts'

/** `cao import codex-auth`, and the commands that ask or help. */

function writeSnapshot({home}: CaoHome, file: string, text: string): void {
  const folder = path.join(home, '.codex/accounts')
  mkdirSync(folder, {recursive: true})
  writeFileSync(path.join(folder, file), text)
}

describe('cao import codex-auth', () => {
  test('takes over the earlier layout: a file for each account, and a note which one is active', async () => {
    const cao = makeCaoHome()
    writeSnapshot(cao, 'work.json', buildAuthFile(buildLogin({user: 'ada'})))
    writeSnapshot(cao, 'home.json', buildAuthFile(buildLogin({user: 'bob'})))
    writeSnapshot(cao, 'b ad.json', buildAuthFile(buildLogin({user: 'eve'})))
    writeSnapshot(cao, 'broken.json', '{')
    writeSnapshot(cao, '.active', 'work\n')

    const {code, stdout, stderr} = await cao.call(['import', 'codex-auth'])

    expect(code).toBe(0)
    expect(stdout).toBe(
      `Default account set to: work
Import complete. Imported: 2, skipped: 0, errors: 2.
Imported accounts: home, work
`,
    )
    expect(stderr).toContain(
      "Skipping snapshot 'b ad.json': Account name must use letters, numbers, underscores, or hyphens only.\n",
    )
    expect(stderr).toContain("Skipping snapshot 'broken.json': invalid JSON (")
    expect(stderr).toMatch(/\nWarning: This login now exists twice, .* do not log out of the other/)
    const file = path.join(cao.base, 'work/auth.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      tokens: {refresh_token: 'refresh-ada-1'},
    })
  })

  test('takes over the present layout, with names from aliases and emails', async () => {
    const cao = makeCaoHome()
    const registry = {
      active_account_key: 'u::2',
      accounts: [
        {account_key: 'u::1', email: 'ada@example.com', alias: ''},
        {account_key: 'u::2', email: 'bob@example.com', alias: 'Office'},
      ],
    }
    writeSnapshot(cao, 'registry.json', JSON.stringify(registry))
    for (const [key, user] of [
      ['u::1', 'ada'],
      ['u::2', 'bob'],
    ] as const) {
      const name = Buffer.from(key).toString('base64url')
      writeSnapshot(cao, `${name}.auth.json`, buildAuthFile(buildLogin({user})))
    }

    const {stdout} = await cao.call(['import', 'codex-auth'])

    expect(stdout).toBe(
      `Default account set to: office
Import complete. Imported: 2, skipped: 0, errors: 0.
Imported accounts: ada, office
`,
    )
    expect(await cao.call(['list'])).toMatchObject({
      stdout: '  ada (logged-in)\n* office (logged-in)\n',
    })
  })

  test('keeps a login and a status that are there, unless it may overwrite', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('work')
    cao.writeLogin('work', {user: 'ada', serial: 7})
    const status = {statuses: {work: {consecutiveFailures: 2}}}
    writeFileSync(path.join(cao.base, 'account_status.json'), JSON.stringify(status))
    writeSnapshot(cao, 'work.json', buildAuthFile(buildLogin({user: 'ada', serial: 1})))
    const readRefreshToken = () =>
      (cao.readJson('work/auth.json') as {tokens: {refresh_token: string}}).tokens.refresh_token

    const kept = await cao.call(['import', 'codex-auth'])
    const before = readRefreshToken()
    const replaced = await cao.call(['import', 'codex-auth', '--overwrite'])

    expect(kept.stdout).toBe('Import complete. Imported: 0, skipped: 1, errors: 0.\n')
    expect(before).toBe('refresh-ada-7')
    expect(replaced.stdout).toContain('Imported: 1, skipped: 0, errors: 0.')
    expect(readRefreshToken()).toBe('refresh-ada-1')
    expect(cao.readJson('account_status.json')).toEqual(status)
  })

  test.for([
    [[], 7, 'Import complete. Imported: 0, skipped: 1, errors: 0.\n'],
    [['--overwrite'], 9, 'Import complete. Imported: 1, skipped: 0, errors: 0.\n'],
  ] as const)(
    'makes no second folder for an account that has one: %j',
    async ([options, serial, line]) => {
      const cao = makeCaoHome()
      cao.addAccounts('main', 'other')
      cao.writeLogin('other', {user: 'ada', serial: 7})
      writeSnapshot(cao, 'work.json', buildAuthFile(buildLogin({user: 'ada', serial: 9})))
      writeSnapshot(cao, '.active', 'work\n')

      const {stdout} = await cao.call(['import', 'codex-auth', ...options])

      expect(stdout).toContain(line)
      expect(stdout.includes('Default account set to: other\n')).toBe(options.length > 0)
      expect(cao.readJson('registry.json')).toMatchObject({accounts: ['main', 'other']})
      expect(cao.readJson('other/auth.json')).toMatchObject({
        tokens: {refresh_token: `refresh-ada-${serial}`},
      })
    },
  )

  test('explains a folder that is not there, is none, or is empty', async () => {
    const cao = makeCaoHome()
    const file = path.join(cao.home, 'file')
    writeFileSync(file, '')
    mkdirSync(path.join(cao.home, 'empty'))

    const [missing, wrong, empty] = await Promise.all(
      ['nowhere', 'file', 'empty'].map((source) =>
        cao.run(['import', 'codex-auth', '--source', source]),
      ),
    )

    expect([missing!.code, missing!.stderr]).toEqual([
      1,
      `Source directory not found: ${cao.home}/nowhere\n`,
    ])
    expect([wrong!.code, wrong!.stderr.split('\n')[0]]).toEqual([
      1,
      `Error: ${file} is not a directory.`,
    ])
    expect([empty!.code, empty!.stdout]).toEqual([
      0,
      `No snapshot files found in ${cao.home}/empty.\n`,
    ])
  })

  test('says when the wanted default was not among them', async () => {
    const cao = makeCaoHome()
    writeSnapshot(cao, 'work.json', buildAuthFile(buildLogin({user: 'ada'})))

    const {code, stderr} = await cao.call(['import', 'codex-auth', '--default', 'zoe'])

    expect(code).toBe(0)
    expect(stderr).toContain("Requested default 'zoe' not found in imported accounts.\n")
  })
})

async function makeWithThree(): Promise<CaoHome> {
  const cao = makeCaoHome()
  cao.addAccounts('work', 'home', '2work')
  return cao
}

describe('on a terminal', () => {
  test.for([
    ['arrow keys', '\u001B[B', 'home', /❯ home/],
    ['the letters of a name', '2wo', '2work', /account: 2wo[^]*❯ 2work/],
  ] as const)('switch lets the user choose with %s', async ([, keys, name, shown]) => {
    const cao = await makeWithThree()
    const run = cao.startOnTerminal(['switch'])
    await run.find(/Select an account:[^]*2work/)

    run.write(keys)
    await run.find(shown)
    run.write('\r')

    const {code, stdout} = await run.result
    expect([code, stdout.includes(`Default account set to: ${name}`)]).toEqual([0, true])
  })

  test('leaving the choice with Ctrl-C changes nothing, and is no error', async () => {
    const cao = await makeWithThree()
    const run = cao.startOnTerminal(['switch'])
    await run.find(/Select an account:[^]*2work/)

    run.write('\u0003')

    const {code, stdout} = await run.result
    expect(code).toBe(0)
    expect(stdout).toContain('No account selected.')
    expect(await cao.call(['current'])).toMatchObject({stdout: 'work\n'})
  })

  test.for([
    ['n', 1, 'Nothing was removed.'],
    ['y', 0, 'Removed account: work'],
  ] as const)('remove asks before it deletes a login: %s', async ([answer, exitCode, line]) => {
    const cao = await makeWithThree()
    cao.writeLogin('work', {user: 'ada'})
    const run = cao.startOnTerminal(['remove', 'work'])
    await run.find(/Delete .*work with the login in it\?/)

    run.write(`${answer}\r`)

    const {code, stdout} = await run.result
    expect([code, stdout.includes(line)]).toEqual([exitCode, true])
  })

  test('status draws the dashboard as wide as the terminal, in colour', async () => {
    const cao = await makeWithThree()

    const show = (env: NodeJS.ProcessEnv) =>
      cao.startOnTerminal(['status', '--offline'], {env: {TERM: 'xterm', ...env}}).result
    const [plain, coloured] = await Promise.all([show({NO_COLOR: '1'}), show({})])

    const [top] = plain.stdout.split('\r\n')
    expect(top).toHaveLength(100)
    expect(plain.stdout).not.toContain('\u001B[')
    expect(coloured.stdout).toContain('\u001B[31m')
  })
})

describe('cao completion', () => {
  test('completes commands, options and names in bash', async () => {
    const cao = await makeWithThree()
    const {stdout: script} = await cao.run(['completion', 'bash'])
    const complete = (...words: readonly string[]) => {
      const array = words.map((word) => `'${word}'`).join(' ')
      const bash = `cao() { printf '* work (logged-in)\\n  home (not-logged-in)\\n'; }
${script}
COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _cao; echo "\${COMPREPLY[@]}"`
      return execFileSync('bash', ['-c', bash], {encoding: 'utf8'}).trim()
    }

    expect(complete('cao', 'st')).toBe('status')
    expect(complete('cao', 'status', '--off')).toBe('--offline')
    expect(complete('cao', 'use', 'ho')).toBe('home')
    expect(complete('cao', 'run', '--account', 'wo')).toBe('work')
  })

  test.for(['zsh', 'fish'])('knows every command in %s', async (shell) => {
    const cao = makeCaoHome()

    const {code, stdout} = await cao.run(['completion', shell])

    expect(code).toBe(0)
    for (const command of ['add', 'list', 'status', 'run', 'import']) {
      expect(stdout).toContain(command)
    }
  })

  test('knows no other shell', async () => {
    const cao = makeCaoHome()

    const {code, stderr} = await cao.run(['completion', 'csh'])

    expect([code, stderr]).toEqual([
      1,
      "error: command-argument value 'csh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\nHint: Run `cao completion --help` to see what it takes.\n",
    ])
  })
})
