import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test, vi} from 'vitest'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** `cao add` on an account that is there. */

vi.setConfig({testTimeout: 60_000})

const CODE = /\b([A-Z\d]{4}-[A-Z\d]{5})\b/
const CONFIGURED = 'OAuth already configured for this account.\n'

async function start() {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}],
    deviceIntervalSeconds: 1,
  })
  const cao = makeCaoHome(simulator)
  cao.addAccounts('work')
  await cao.logIn('work', 'ada@example.com')
  const file = path.join(cao.base, 'work/auth.json')
  return {simulator, cao, read: () => readFileSync(file, 'utf8')}
}

/** A CLI that says that it has a login, and makes another one on request. */
const CODEX = `case "$1 $2" in
"login status") exit 0 ;;
"login ") cp "$HOME/new.json" "$CODEX_HOME/auth.json" ;;
esac`

describe('cao add, again', () => {
  test('leaves a login that works', async () => {
    const {cao, read} = await start()
    const before = read()

    const {code, stdout} = await cao.run(['add', 'work'])

    expect([code, stdout.endsWith(CONFIGURED)]).toEqual([0, true])
    expect(read()).toBe(before)
  })

  test('leaves a login of which nobody knows whether it works', async () => {
    const {cao, read} = await start()
    const before = read()
    const nowhere = 'http://127.0.0.1:9'

    const {code, stdout} = await cao.run(['add', 'work'], {
      env: {CODEX_BACKEND_URL: nowhere, CODEX_AUTH_ISSUER_URL: nowhere},
    })

    expect([code, stdout.endsWith(CONFIGURED)]).toEqual([0, true])
    expect(read()).toBe(before)
  })

  test.each([
    ['that was revoked, which nobody knew', [], true],
    ['that works, on request', ['--force'], false],
  ])('logs in in place of a login %s', async (_, args, isEnded) => {
    const {cao, read, simulator} = await start()
    const before = read()
    if (isEnded) simulator.changeAccount('ada@example.com', {signOut: true})

    const login = cao.start(['add', 'work', '--device-auth', ...args])
    await simulator.approveDevice(await login.find(CODE), {email: 'ada@example.com'})

    expect((await login.result).code).toBe(0)
    expect(read()).not.toBe(before)
    expect((await cao.call(['list'])).stdout).toBe('* work (logged-in)\n')
    expect((await cao.call(['status', '--json'])).stdout).toContain('"loginRequired": null')
  })

  test('lets the CLI log in where the login was revoked', async () => {
    const {cao, read, simulator} = await start()
    await cao.logIn('other', 'ada@example.com')
    const made = readFileSync(path.join(cao.base, 'other/auth.json'), 'utf8')
    simulator.changeAccount('ada@example.com', {signOut: true})
    const codex = cao.writeCodex(CODEX.replace('$HOME/new.json', `${cao.base}/other/auth.json`))

    const {code, stderr} = await cao.run(['add', 'work', '--codex', codex])

    expect([code, stderr]).toEqual([0, 'The login of work no longer works.\n'])
    expect(read()).toBe(made)
  })

  test.each([
    ['fails', 'exit 3', 3],
    ['deletes what it finds', 'rm -f "$CODEX_HOME/auth.json"; exit 1', 1],
    ['leaves half a file', 'echo "{" > "$CODEX_HOME/auth.json"; exit 1', 1],
  ])('keeps the login when the CLI %s', async (_, script, expected) => {
    const {cao, read} = await start()
    const before = read()
    const codex = cao.writeCodex(script)

    const {code} = await cao.run(['add', 'work', '--force', '--codex', codex])

    expect(code).toBe(expected)
    expect(read()).toBe(before)
    expect(readdirSync(cao.base).filter((name) => name.startsWith('.login-'))).toEqual([])
  })

  test('asks the user before it replaces a login that works', async () => {
    const {cao, read} = await start()
    const before = read()

    const run = cao.startOnTerminal(['add', 'work'])
    await run.find(/work is logged in\. Log in again\?/)
    run.write('\r')

    const {code, stdout} = await run.result
    expect([code, stdout.includes('OAuth already configured')]).toEqual([0, true])
    expect(read()).toBe(before)
  })

  test('gives the CLI the settings of the account, and a file for the login', async () => {
    const {cao} = await start()
    const codex = cao.writeCodex(
      `test "$1 $2" = "login status" && exit 1; cat "$CODEX_HOME/config.toml" "$CODEX_HOME/../../work/config.toml"; ls "$CODEX_HOME"; exit 1`,
    )

    const {stdout} = await cao.run(['add', 'work', '--codex', codex])

    const config = readFileSync(path.join(cao.base, 'work/config.toml'), 'utf8')
    expect(stdout).toContain(`${config}${config}config.toml\n`)
    expect(existsSync(path.join(cao.base, 'work/auth.json'))).toBe(true)
  })
})
