import {existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** The strings, files and exit codes that scripts of the original `cao` rely on. */

describe('cao', () => {
  test('adds accounts without a login; the first becomes the default', async () => {
    const cao = makeCaoHome()

    const added = await cao.call(['add', 'work', '--no-login'])
    await cao.call(['add', ' home ', '--no-login'])

    expect(added).toMatchObject({code: 0, stderr: ''})
    expect(added.stdout).toBe(
      `Added account: work
Account directory: ${cao.base}/work
Default account: work
Run \`cao run\` to start with fallback.
`,
    )
    expect(cao.readJson('registry.json')).toEqual({
      default_account: 'work',
      accounts: ['work', 'home'],
    })
    expect(readFileSync(path.join(cao.base, 'work/config.toml'), 'utf8')).toBe(
      `# Codex config for this account
cli_auth_credentials_store = "file"
forced_login_method = "chatgpt"
`,
    )
  })

  test('keeps folders and files to this user alone', async () => {
    const cao = makeCaoHome()

    await cao.call(['add', 'work', '--no-login'])

    const modes = ['', 'work', 'registry.json', 'work/config.toml'].map(
      (file) => statSync(path.join(cao.base, file)).mode & 0o777,
    )
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600])
  })

  test.for([
    ['', 'Account name cannot be empty.'],
    ['a b', 'Account name must use letters, numbers, underscores, or hyphens only.'],
    ['../a', 'Account name must use letters, numbers, underscores, or hyphens only.'],
  ])('refuses the name %j in one sentence', async ([name, sentence]) => {
    const cao = makeCaoHome()

    const {code, stderr} = await cao.call(['add', name!, '--no-login'])

    expect([code, stderr]).toEqual([1, `Error: ${sentence}\n`])
  })

  test('lists accounts, and says which have a login', async () => {
    const cao = makeCaoHome()
    const empty = await cao.call(['list'])
    cao.addAccounts('work', 'home')
    cao.writeLogin('work', {user: 'ada'})

    const {code, stdout} = await cao.call(['list'])

    expect(empty).toMatchObject({
      code: 0,
      stdout: 'No accounts registered. Use `cao add <name>` first.\n',
    })
    expect([code, stdout]).toEqual([0, '* work (logged-in)\n  home (not-logged-in)\n'])
  })

  test('does not take a file, or a link that leads nowhere, for an empty folder', async () => {
    const cao = makeCaoHome()
    const [file, link] = [path.join(cao.home, 'file'), path.join(cao.home, 'link')]
    writeFileSync(file, '')
    symlinkSync('/nowhere', link)

    const results = await Promise.all(
      [file, link].map((place) => cao.run(['list', '--data-dir', place])),
    )

    const hint = 'Hint: Move it away, or name the folder of the accounts with --data-dir <path>.\n'
    expect(results.map(({code, stderr}) => [code, stderr])).toEqual([
      [1, `Error: ${file} is not a folder.\n${hint}`],
      [1, `Error: ${link} is a link that leads nowhere.\n${hint}`],
    ])
  })

  test('says that an account has its login already, and does not ask for another', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('work')
    cao.writeLogin('work', {user: 'ada'})

    const {code, stdout} = await cao.run(['add', 'work'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/OAuth already configured for this account\.\n$/)
  })

  test.for([
    ['use', 'home'],
    ['switch', 'home'],
  ])('changes the default with %j', async (args) => {
    const cao = makeCaoHome()
    const before = await cao.call(['current'])
    cao.addAccounts('work', 'home')

    const {code, stdout} = await cao.call(args)

    expect(before).toMatchObject({code: 0, stdout: 'No default account set.\n'})
    expect([code, stdout]).toEqual([0, 'Default account set to: home\n'])
    expect(await cao.call(['current'])).toMatchObject({stdout: 'home\n'})
  })

  test.for(['use', 'switch', 'remove'])(
    '%s of an unknown account is a sentence and a hint, not a trace',
    async (command) => {
      const cao = makeCaoHome()
      cao.addAccounts('work')

      const {code, stderr} = await cao.call([command, 'zoe'])

      expect([code, stderr]).toEqual([
        1,
        'Error: Account not found: zoe\nHint: Run `cao list` to see the names.\n',
      ])
    },
  )

  test('switches nothing where nobody can be asked', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('work')

    const {code, stderr} = await cao.call(['switch'])

    expect([code, stderr]).toEqual([0, 'No TTY available. Please provide an account name.\n'])
  })

  test('removes an account with its files, or leaves them', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('work', 'home', 'spare')

    const removed = await cao.call(['remove', 'work'])
    const kept = await cao.call(['remove', 'home', '--keep-files'])
    const last = await cao.call(['remove', 'spare'])

    expect([removed.code, removed.stdout]).toEqual([
      0,
      'Removed account: work\nDefault account: home\n',
    ])
    expect(kept.stdout).toBe('Removed account: home\nDefault account: spare\n')
    expect(last.stdout).toBe('Removed account: spare\nDefault account: (none)\n')
    expect(existsSync(path.join(cao.base, 'work'))).toBe(false)
    expect(existsSync(path.join(cao.base, 'home'))).toBe(true)
  })

  test('loses none of 10 accounts that are added at the same time', async () => {
    const cao = makeCaoHome()
    const names = Array.from({length: 10}, (_, index) => `account-${index}`)

    const results = await Promise.all(names.map((name) => cao.run(['add', name, '--no-login'])))

    expect(results.map(({code}) => code)).toEqual(names.map(() => 0))
    const {accounts} = cao.readJson('registry.json') as {accounts: string[]}
    expect(accounts.toSorted()).toEqual(names.toSorted())
  }, 60_000)

  test('keeps a damaged registry, says so, and forgets no account', async () => {
    const cao = makeCaoHome()
    cao.addAccounts('work', 'home')
    writeFileSync(path.join(cao.base, 'registry.json'), '{"accounts": ["home", "wo')

    const listed = await cao.call(['list'])
    const added = await cao.call(['add', 'spare', '--no-login'])

    expect(listed.stdout).toBe('* home (not-logged-in)\n  work (not-logged-in)\n')
    expect(listed.stderr).toMatch(/^Warning: registry\.json was invalid/)
    const [copy] = readdirSync(cao.base).filter((file) => file.includes('.corrupt-'))
    expect(added.stderr).toBe(
      `Warning: registry.json was invalid and has been backed up to ${cao.base}/${copy}.\n`,
    )
    expect(cao.readJson('registry.json')).toEqual({
      default_account: 'home',
      accounts: ['home', 'work', 'spare'],
    })
  })

  test.for([
    ['before the command', ['--data-dir', 'elsewhere', 'add', 'work', '--no-login']],
    ['after the command', ['add', 'work', '--no-login', '--data-dir', 'elsewhere']],
  ] as const)('takes --data-dir %s', async ([, args]) => {
    const cao = makeCaoHome()

    const {stdout} = await cao.run(args)

    expect(stdout).toContain(`Account directory: ${cao.home}/elsewhere/work\n`)
    expect(existsSync(cao.base)).toBe(false)
  })

  test('prints help and version on request, and help as an error without a command', async () => {
    const cao = makeCaoHome()

    const [none, help, version, part, source] = await Promise.all(
      [[], ['--help'], ['--version'], ['gateway'], ['import']].map((args) => cao.run(args)),
    )

    expect([none!.code, none!.stdout]).toEqual([1, ''])
    expect(none!.stderr).toMatch(/^Usage: cao /)
    expect([help!.code, help!.stderr]).toEqual([0, ''])
    expect(help!.stdout).toMatch(/^Usage: cao [^]*Examples:\n {2}\$ cao add/)
    expect(version!.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(part!.code).toBe(1)
    expect([source!.code, source!.stdout]).toEqual([1, ''])
  })

  test.for([
    [['nonsense'], "error: unknown command 'nonsense'", 'cao --help', 'the commands'],
    [['list', '--nonsense'], "error: unknown option '--nonsense'", 'cao list --help'],
    [['use'], "error: missing required argument 'name'", 'cao use --help'],
    [
      ['import', 'codex-auth', 'a'],
      "error: too many arguments for 'codex-auth'. Expected 0 arguments but got 1.",
      'cao import codex-auth --help',
    ],
    [
      ['run', '--max-passes', 'all'],
      "error: option '--max-passes <n>' argument 'all' is invalid. It must be a whole number of at least 1.",
      'cao run --help',
    ],
    [
      ['status', '--report', 'xml'],
      "error: option '--report [format]' argument 'xml' is invalid. Allowed choices are md, json.",
      'cao status --help',
    ],
  ] as const)(
    'refuses %j in one line, and says where to read what is right',
    async ([args, line, help, what = 'what it takes']) => {
      const cao = makeCaoHome()

      expect(await cao.call(args)).toMatchObject({
        code: 1,
        stdout: '',
        stderr: `${line}\nHint: Run \`${help}\` to see ${what}.\n`,
      })
    },
  )
})
