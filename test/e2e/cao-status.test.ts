import {chmodSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import * as z from 'zod'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {makeCaoHome, type CaoHome} from '../support/cao/run-cao.ts'

/** `cao status`: what is known offline, in the words of the original, and what the backend says. */

const SCHEMA = path.resolve(import.meta.dirname, '../../dist/status.schema.json')
const HOUR_MS = 3_600_000

type Records = readonly Readonly<Record<string, unknown>>[]

async function makeWithAccount(): Promise<CaoHome> {
  const cao = makeCaoHome()
  cao.addAccounts('work')
  cao.writeLogin('work', {user: 'ada'})
  return cao
}

function writeStatus({base}: CaoHome, statuses: object): void {
  writeFileSync(path.join(base, 'account_status.json'), JSON.stringify({statuses}))
}

function parseRecords(text: string): Records {
  return JSON.parse(text) as Records
}

describe('cao status --offline', () => {
  test.each([
    [
      'damaged',
      (file: string) => writeFileSync(file, '{"statuses":{"work":'),
      /^Warning: account status file was invalid \(\S+account_status\.json\)\. It is left as it is, and will be backed up before it is written\.\n$/,
    ],
    [
      'unreadable',
      (file: string) => mkdirSync(file),
      /^Warning: account status file cannot be read \(\S+account_status\.json\)\. It is ignored\.\n$/,
    ],
  ])('shows the accounts where the file of what happened is %s', async (_name, damage, warning) => {
    const cao = await makeWithAccount()
    damage(path.join(cao.base, 'account_status.json'))

    const {code, stdout, stderr} = await cao.call(['status', '--offline', '--json'])

    expect(code).toBe(0)
    expect(parseRecords(stdout)).toMatchObject([
      {name: 'work', loggedIn: true, cooldownUntilMs: null, lastError: null},
    ])
    expect(stderr).toMatch(warning)
  })

  test('says it in one line for each account where there is no terminal', async () => {
    const cao = await makeWithAccount()
    const nowMs = Date.now()
    writeStatus(cao, {
      work: {
        lastQuotaAtMs: nowMs - 49 * HOUR_MS - 60_000,
        cooldownUntilMs: nowMs + 2 * HOUR_MS + 60_000,
        consecutiveFailures: 2,
      },
    })

    const {code, stdout} = await cao.call(['status', '--offline'])

    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^\* work \(logged-in\) \| expires: in \d+d \d+h \| cooldown: in 2h \| last_quota: 2d 1h ago \| failures: 2\n$/,
    )
  })

  test('has every field of the original in --full', async () => {
    const cao = await makeWithAccount()

    const {stdout} = await cao.call(['status', '--full', '--offline'])

    const names = [...stdout.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => name)
    expect(names).toEqual([
      'status',
      'account_id',
      'organization_id',
      'token_expires_at',
      'last_refresh_at',
      'last_attempt_at',
      'last_success_at',
      'last_quota_at',
      'cooldown_until',
      'consecutive_failures',
      'last_error',
      'account_dir',
      'email',
      'plan',
    ])
    expect(stdout).toMatch(/ {2}token_expires_at: 2033-05-18T03:33:20\.000Z \(in \d+d/)
    expect(stdout).toContain('  email: ada@example.com\n')
  })

  test('draws the dashboard on request, 88 characters wide', async () => {
    const cao = await makeWithAccount()

    const {stdout} = await cao.call(['status', '--pretty', '--offline'])

    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^┌─ CAO Status ─+┐$/)
    expect(new Set(lines.map((line) => Array.from(line).length))).toEqual(new Set([88]))
    expect(stdout).toContain('│ Accounts: 1 (ok 1, warn 0, error 0)')
    expect(stdout).toContain('* work [OK] | ada@example.com, ChatGPT Plus')
  })

  test('prints JSON of the published schema, whatever is in the files', async () => {
    const cao = await makeWithAccount()
    cao.addAccounts('empty', 'broken', 'key', 'odd')
    writeFileSync(path.join(cao.base, 'broken/auth.json'), 'null')
    writeFileSync(path.join(cao.base, 'key/auth.json'), '{"OPENAI_API_KEY":"sk-1"}')
    writeFileSync(path.join(cao.base, 'odd/auth.json'), '{"tokens":{"access_token":42}}')
    writeStatus(cao, {work: {lastSuccessAtMs: 1e20, lastError: 'exit_code_3'}, odd: 7})

    const {code, stdout} = await cao.call(['status', '--json', '--offline'])

    const schema = z.fromJSONSchema(
      JSON.parse(readFileSync(SCHEMA, 'utf8')) as Parameters<typeof z.fromJSONSchema>[0],
    )
    const records = schema.parse(JSON.parse(stdout)) as Records
    expect(code).toBe(0)
    expect(records.map(({name, loggedIn, loginKind}) => [name, loggedIn, loginKind])).toEqual([
      ['work', true, 'chatgpt'],
      ['empty', false, 'missing'],
      ['broken', false, 'damaged'],
      ['key', false, 'api_key'],
      ['odd', false, 'damaged'],
    ])
    expect(records[0]).toMatchObject({
      isDefault: true,
      accountId: 'team',
      tokenExpiresAtMs: 2_000_000_000_000,
      tokenExpiresAtIso: '2033-05-18T03:33:20.000Z',
      lastSuccessAtMs: null,
      lastError: 'exit_code_3',
      email: 'ada@example.com',
      plan: 'plus',
    })
  })

  test('is JSON without accounts, too, and a hint otherwise', async () => {
    const cao = makeCaoHome()

    const [json, doctor, report, compact] = await Promise.all(
      [['--json'], ['--doctor', '--json'], ['--report', 'json'], []].map((args) =>
        cao.call(['status', '--offline', ...args]),
      ),
    )

    expect(JSON.parse(json!.stdout)).toEqual([])
    expect([doctor!.code, JSON.parse(doctor!.stdout)]).toMatchObject([
      0,
      {totals: {accounts: 0, ok: 0, warnings: 0, errors: 0}, issues: []},
    ])
    expect(JSON.parse(report!.stdout)).toMatchObject({accounts: []})
    expect(compact!.stdout).toBe('No accounts registered. Use `cao add <name>` first.\n')
  })

  test.for([
    ['a healthy account', 2_000_000_000, {}, 0, []],
    ['an expired token, which the next use renews', 1_000_000_000, {}, 1, ['token_expired']],
    ['a token without an end', 'never', {}, 1, ['token_unknown']],
    ['a cooldown', 2_000_000_000, {cooldownUntilMs: 1.9e12}, 1, ['cooldown_active']],
    [
      'failures',
      2_000_000_000,
      {consecutiveFailures: 3, lastError: 'exit_code_1'},
      1,
      ['failures_high', 'last_error'],
    ],
  ] as const)('finds %s', async ([, exp, status, exitCode, codes]) => {
    const cao = makeCaoHome()
    cao.addAccounts('work')
    cao.writeLogin('work', {user: 'ada', exp})
    writeStatus(cao, {work: status})

    const {code, stdout} = await cao.call(['status', '--doctor', '--json', '--offline'])

    const {issues, thresholds} = JSON.parse(stdout) as {
      issues: readonly {code: string}[]
      thresholds: object
    }
    expect([code, issues.map((issue) => issue.code)]).toEqual([exitCode, codes])
    expect(thresholds).toEqual({expiresWithinHours: 24, maxFailures: 3})
  })

  test('explains a missing login, and checks the machine', async () => {
    const cao = await makeWithAccount()
    cao.addAccounts('empty')
    chmodSync(path.join(cao.base, 'work/auth.json'), 0o644)

    const {code, stdout} = await cao.call(['status', '--doctor', '--offline'])

    expect(code).toBe(2)
    expect(stdout).toContain(
      `Account health check
Thresholds: expires_within=24h, max_failures=3
Totals: 1 ok, 0 warnings, 1 error

* work: OK
  empty: ERROR
  - [error] not_logged_in: No auth.json found for this account. Run \`cao add empty\`.

Checks: `,
    )
    expect(stdout).toContain(
      `[warn] file modes: other users may read ${cao.base}/work/auth.json. Run chmod go-rwx on it.`,
    )
  })

  test('has the old commands, with a warning on standard error', async () => {
    const cao = await makeWithAccount()

    const doctor = await cao.run(['doctor', '--offline'])
    const report = await cao.call(['report', '--offline', '--format', 'json'])

    expect([doctor.code, doctor.stderr]).toEqual([
      0,
      'Warning: `cao doctor` is deprecated. Use `cao status --doctor`.\n',
    ])
    expect(doctor.stdout).toContain('All accounts look healthy.\n')
    expect([report.code, report.stderr]).toEqual([
      0,
      'Warning: `cao report` is deprecated. Use `cao status --report`.\n',
    ])
    expect(JSON.parse(report.stdout)).toMatchObject({accounts: [{name: 'work'}]})
  })

  test('makes reports that name no user, no account and no folder', async () => {
    const cao = await makeWithAccount()

    const markdown = await cao.call(['status', '--report', '--offline'])
    const json = await cao.call(['status', '--report', 'json', '--offline'])
    const both = await cao.call(['status', '--report', '--json', '--offline'])

    expect(markdown.stdout).toMatch(/^# CAO Account Report\n\nGenerated: \S+\n\n\| Account \| /)
    expect(markdown.stdout).toContain('| work | yes | logged-in | in ')
    for (const {stdout} of [markdown, json, both]) {
      expect(stdout).not.toMatch(/ada|example\.com|"team"/)
      expect(stdout).not.toContain(cao.home)
    }
    expect(JSON.parse(both.stdout)).toMatchObject({accounts: [{name: 'work'}]})
  })
})

describe('cao status', () => {
  test('asks what is left of each account, and remembers it', async () => {
    const simulator = await startTestSimulator({
      accounts: [
        {email: 'ada@example.com', plan: 'plus', credits: {balance: 12.5}},
        {email: 'bob@example.com', plan: 'pro'},
      ],
    })
    simulator.changeAccount('ada@example.com', {primary: {usedPercent: 30}})
    const cao = makeCaoHome(simulator)
    cao.addAccounts('work', 'home')
    await cao.logIn('work', 'ada@example.com')
    await cao.logIn('home', 'bob@example.com')

    const live = await cao.call(['status', '--json'])
    const asked = simulator.requests.length
    const offline = await cao.call(['status', '--json', '--offline'])
    const compact = await cao.call(['status', '--offline'])

    expect(parseRecords(live.stdout)).toMatchObject([
      {
        email: 'ada@example.com',
        plan: 'plus',
        usageError: null,
        usage: {
          windows: [
            {limit: 'codex', windowSeconds: 18_000, usedPercent: 30, leftPercent: 70},
            {windowSeconds: 604_800},
          ],
          credits: {hasCredits: true, balance: 12.5},
          limitReached: false,
        },
      },
      {email: 'bob@example.com', plan: 'pro', usage: {windows: [{leftPercent: 100}, {}]}},
    ])
    expect(asked).toBe(2)
    expect(simulator.requests).toHaveLength(2)
    expect(parseRecords(offline.stdout)[0]).toMatchObject({
      usage: {windows: [{leftPercent: 70}, {}]},
    })
    expect(compact.stdout).toMatch(/failures: 0 \| left: 70% of 5 h, \d+% of weekly\n/)
    expect(statSync(path.join(cao.base, 'usage.json')).mode & 0o777).toBe(0o600)
  })

  test('shows what was known last when the backend does not answer in time', async () => {
    const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
    const cao = makeCaoHome(simulator)
    cao.addAccounts('work')
    await cao.logIn('work', 'ada@example.com')
    await cao.call(['status'])
    const env = {CODEX_BACKEND_URL: 'http://127.0.0.1:9'}

    const {code, stdout} = await cao.run(['status', '--full', '--timeout', '1'], {env})

    expect(code).toBe(0)
    expect(stdout).toMatch(/ {2}left: \d+% of 5 h/)
    expect(stdout).toContain('  usage_error: no answer from 127.0.0.1:9\n')
  })

  test('renews an expired login before it finds fault with it', async () => {
    const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
    const cao = makeCaoHome(simulator)
    cao.addAccounts('work')
    await cao.logIn('work', 'ada@example.com', {expiresInSeconds: 1})

    const {code, stdout} = await cao.call(['status', '--doctor'])

    expect(simulator.counts).toMatchObject({token: {refreshed: 1}})
    expect(stdout).toContain('All accounts look healthy.\n')
    expect(stdout).toMatch(/\[ok\] backend: 127\.0\.0\.1:\d+ answers\n/)
    expect(stdout).toMatch(/\[ok\] authorization server: /)
    expect(stdout).toMatch(/\[ok\] client version: the backend has \d+ models for /)
    expect(stdout).toContain('[ok] clock: agrees with the server\n')
    expect(code).toBe(0)
  })

  test('says that only a new login helps, and why', async () => {
    const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
    const cao = makeCaoHome(simulator)
    cao.addAccounts('work')
    await cao.logIn('work', 'ada@example.com', {expiresInSeconds: 1})
    simulator.changeAccount('ada@example.com', {refreshTokens: 'revoke'})

    const {code, stdout} = await cao.call(['status', '--doctor', '--json'])

    expect(code).toBe(2)
    const {issues} = JSON.parse(stdout) as {issues: readonly {code: string; message: string}[]}
    const [first] = issues
    expect(first).toMatchObject({code: 'login_required'})
    expect(first?.message).toContain('Run `cao add work`.')
  })

  test('does not call the client too old when it is the login that is refused', async () => {
    const simulator = await startTestSimulator({accounts: [{email: 'ada@example.com'}]})
    const cao = makeCaoHome(simulator)
    cao.addAccounts('work')
    await cao.logIn('work', 'ada@example.com')
    simulator.addFault({kind: 'status', endpoint: 'models', status: 401, times: 9})

    const {stdout} = await cao.call(['status', '--doctor'])

    expect(stdout).toMatch(/\[ok\] backend: /)
    expect(stdout).not.toContain('client version')
  })

  test('says which server cannot be reached', async () => {
    const cao = await makeWithAccount()

    const {code, stdout} = await cao.call(['status', '--doctor'])

    expect(code).toBe(2)
    expect(stdout).toMatch(/\[error\] backend: 127\.0\.0\.1:9 cannot be reached: /)
  })

  test('refreshes the dashboard until it is told to end', async () => {
    const cao = await makeWithAccount()

    const watch = cao.start(['status', '--watch', '0.1', '--offline'])
    await watch.find(/Every 0\.1 s\.[^]*CAO Status[^]*Every 0\.1 s\./)
    watch.kill('SIGINT')

    expect(await watch.result).toMatchObject({code: 0, stderr: ''})
  })
})
