import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {buildAuthFile, buildLogin} from '../support/accounts/build-login.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** One truth about a login on every surface of cao: whether the CLI reads it, and whether anything renews it. */

const DOCTOR = ['status', '--doctor', '--offline']

/** Accounts a and b, of which a has this file. */
async function makeAccounts(text: string) {
  const cao = makeCaoHome()
  cao.addAccounts('a', 'b')
  cao.writeLogin('b', {user: 'bob'})
  writeFileSync(path.join(cao.base, 'a/auth.json'), text)
  const codex = cao.writeCodex('echo "ran in $(basename "$CODEX_HOME")"')
  return {cao, codex}
}

describe.each([
  ['last_refresh', {last_refresh: ''}, 'its last_refresh is no time'],
  ['account_id', {accountId: 7}, 'its account_id is no text'],
] as const)('a file that the CLI cannot read, by its %s', (_, fields, problem) => {
  const text = buildAuthFile(buildLogin({user: 'ada'}), fields)

  test('is told of by list, status and the doctor', async () => {
    const {cao} = await makeAccounts(text)
    const sentence = `the Codex CLI cannot read auth.json: ${problem}`

    expect((await cao.call(['list'])).stdout).toBe(
      `* a (logged-in) - ${sentence}\n  b (logged-in)\n`,
    )
    expect((await cao.call(['status', '--compact', '--offline'])).stdout).toContain(sentence)
    const records = JSON.parse(
      (await cao.call(['status', '--json', '--offline'])).stdout,
    ) as unknown
    expect(records).toMatchObject([{loginLimits: [sentence]}, {loginLimits: []}])
    const doctor = await cao.call(DOCTOR)
    expect(doctor.code).toBe(1)
    expect(doctor.stdout).toContain(`a: WARN\n  - [warn] login_limited: The Codex CLI cannot read`)
  })

  test('is left out of a run while another account has a good one', async () => {
    const {cao, codex} = await makeAccounts(text)

    const {code, stdout, stderr} = await cao.run(['run', '--offline', '--codex', codex])

    expect([code, stdout]).toEqual([0, 'ran in b\n'])
    expect(stderr).toContain(`a is left out: the Codex CLI cannot read auth.json: ${problem}.\n`)
  })

  test.for([
    ['is told of before Codex says its own words', ['exec', 'hello'], true],
    ['is of no interest to whoever logs in', ['login'], false],
  ] as const)('%s, where it is the only one', async ([, args, isTold]) => {
    const {cao, codex} = await makeAccounts(text)
    await cao.call(['remove', 'b'])

    const run = ['run', '--quiet', '--offline', '--codex', codex, '--', ...args]
    const {stderr} = await cao.run(run)

    const sentence = `Codex cannot use the login of a: the Codex CLI cannot read auth.json: ${problem}. Run \`cao add a\`.\n`
    expect(stderr).toBe(isTold ? sentence : '')
  })

  test('is repaired by import and by add', async () => {
    const {cao} = await makeAccounts(text)
    const folder = path.join(cao.home, '.codex/accounts')
    mkdirSync(folder, {recursive: true})
    writeFileSync(path.join(folder, 'c.json'), buildAuthFile(buildLogin({user: 'eve'}), fields))

    const imported = await cao.call(['import', 'codex-auth'])
    const added = await cao.run(['add', 'a'])

    expect(imported.stdout).toContain('Imported: 1, skipped: 0, errors: 0.')
    expect(added.stdout).toMatch(/Repaired the login: the Codex CLI could not read it\.\n/)
    expect((await cao.call(['list'])).stdout).toBe(
      '* a (logged-in)\n  b (logged-in)\n  c (logged-in)\n',
    )
    expect(cao.readJson('a/auth.json')).toMatchObject({tokens: {refresh_token: 'refresh-ada-1'}})
  })
})

describe.each([[''], [null]])('a login with the refresh token %j', (refresh) => {
  const login = {...buildLogin({user: 'ada'}), refreshToken: refresh as string}
  const sentence = 'no refresh token, so it works until 2033-05-18T03:33:20.000Z'

  test('works until it expires, and every surface says so', async () => {
    const {cao} = await makeAccounts(buildAuthFile(login))

    expect((await cao.call(['list'])).stdout).toMatch(
      new RegExp(`^\\* a \\(logged-in\\) .*- ${sentence}\n`),
    )
    const doctor = await cao.call(DOCTOR)
    expect(doctor.stdout).toContain('  - [warn] login_limited: No refresh token, so it works until')
  })

  test('can be imported, into a form that the CLI reads', async () => {
    const {cao} = await makeAccounts('{}')
    const folder = path.join(cao.home, '.codex/accounts')
    mkdirSync(folder, {recursive: true})
    writeFileSync(path.join(folder, 'c.json'), buildAuthFile(login))

    const {stdout} = await cao.call(['import', 'codex-auth'])

    expect(stdout).toContain('Imported: 1, skipped: 0, errors: 0.')
    expect((await cao.call(['list'])).stdout).toContain(`  c (logged-in) - ${sentence}\n`)
  })

  test('needs a login when it has expired, and is left out of a run', async () => {
    const old = {...buildLogin({user: 'ada', exp: 1_700_000_000}), refreshToken: ''}
    const {cao, codex} = await makeAccounts(buildAuthFile(old))

    const run = await cao.run(['run', '--offline', '--codex', codex])

    expect((await cao.call(['list'])).stdout).toContain('* a (login-needed)')
    expect(run.stdout).toBe('ran in b\n')
    expect(run.stderr).toContain('a is left out: its login has expired, and there is no refresh')
  })
})

function makeSnapshot(times: {readonly last_refresh: string}) {
  const cao = makeCaoHome()
  const folder = path.join(cao.home, '.codex/accounts')
  mkdirSync(path.join(cao.base, 'work'), {recursive: true})
  mkdirSync(folder, {recursive: true})
  writeFileSync(
    path.join(folder, 'work.json'),
    buildAuthFile(buildLogin({user: 'ada', serial: 1}), times),
  )
  return cao
}

describe('import --overwrite', () => {
  test('keeps a newer login of the same account, and says so', async () => {
    const cao = makeSnapshot({last_refresh: '2026-11-01T08:00:00Z'})
    cao.writeLogin('work', {user: 'ada', serial: 2})

    const {stdout, stderr} = await cao.call(['import', 'codex-auth', '--overwrite'])

    expect(stdout).toContain('Imported: 0, skipped: 1, errors: 0.')
    expect(stderr).toContain('The login of work is newer than this copy, and stays.')
    expect(cao.readJson('work/auth.json')).toMatchObject({
      tokens: {refresh_token: 'refresh-ada-2'},
    })
  })

  test.for([
    ['an older login of the same account', {user: 'ada', serial: 2}, '2026-11-30T08:00:00Z'],
    ['the login of another account', {user: 'bob', serial: 2}, '2026-11-01T08:00:00Z'],
  ] as const)('replaces %s', async ([, login, lastRefresh]) => {
    const cao = makeSnapshot({last_refresh: lastRefresh})
    cao.writeLogin('work', login)

    const {stdout} = await cao.call(['import', 'codex-auth', '--overwrite'])

    expect(stdout).toContain('Imported: 1, skipped: 0, errors: 0.')
    expect(cao.readJson('work/auth.json')).toMatchObject({
      tokens: {refresh_token: 'refresh-ada-1'},
    })
  })
})
