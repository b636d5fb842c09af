import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {describe, expect, onTestFinished, test} from 'vitest'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {findFreePort, holdPort} from '../support/processes/find-free-port.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** `cao add` logs in: with a browser, with a pasted address, with a code, or with the Codex CLI. */

const PAGE = /(http:\S+\/oauth\/authorize\S+)\s/

async function startLogin(env: NodeJS.ProcessEnv = {}) {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com', plan: 'pro'}, {email: 'bob@example.com'}],
  })
  const cao = makeCaoHome(simulator)
  const port = await findFreePort()
  const ports = {CODEX_AUTH_REDIRECT_PORTS: String(port)}
  const login = cao.start(['add', 'work'], {isOpen: true, env: {...ports, ...env}})
  return {simulator, cao, port, login}
}

describe('cao add', () => {
  test('logs in when the browser comes back, into a file that only this user reads', async () => {
    const {simulator, cao, login} = await startLogin()
    const page = new URL(await login.find(PAGE))

    const back = await simulator.approve(page, {email: 'bob@example.com'})
    const last = await fetch(back)
    const {code, stdout} = await login.result

    expect([last.status, code]).toEqual([200, 0])
    expect(await last.text()).toContain('You are logged in')
    expect(stdout).toMatch(/\nStarting OAuth login\.\.\.\n/)
    expect(stdout).toMatch(/\nLogged in as bob@example\.com \(ChatGPT Plus\)\.\n$/)
    const file = path.join(cao.base, 'work/auth.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const bob = simulator.accounts.find(({email}) => email === 'bob@example.com')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      auth_mode: 'chatgpt',
      tokens: {account_id: bob?.accountId},
    })
    expect(await cao.run(['list'])).toMatchObject({stdout: '* work (logged-in)\n'})
  })

  test('takes the address of the last page from the terminal, and says what is wrong with others', async () => {
    const {simulator, login} = await startLogin()
    const page = new URL(await login.find(PAGE))
    login.write(`${page.href}\n`)
    await login.find(/This is the address of the login page\. Log in there first\./)

    const back = await simulator.approve(page)
    login.write(`${back.href}\n`)

    const {code, stdout} = await login.result
    expect(code).toBe(0)
    expect(stdout).toContain('Logged in as ada@example.com (ChatGPT Pro).')
  })

  test.for([
    ['between the marks of a paste', (url: string) => `\u001B[200~${url} \u001B[201~\n`],
    ['cut into lines', (url: string) => `${url.replaceAll(/.{30}/g, '$&\n')}\n`],
    [
      'as a header among others',
      (url: string) => `HTTP/1.1 302 Found\nLocation: ${url}\nVary: *\n`,
    ],
  ] as const)('takes an address %s', async ([, decorate]) => {
    const {simulator, login} = await startLogin()
    const back = await simulator.approve(new URL(await login.find(PAGE)))
    login.write(decorate(back.href))
    expect(await login.result).toMatchObject({code: 0, stderr: ''})
  })

  test('says of an address of an earlier login what helps in a terminal', async () => {
    const {simulator, login} = await startLogin()
    const back = await simulator.approve(new URL(await login.find(PAGE)))
    login.write(`${back.href.replace(/state=\w/, 'state=_')}\n`)
    await login.find(
      /^The answer from the browser belongs to another login\. Use the newest page\.$/m,
    )
    login.write(`${back.href}\n`)
    expect(await login.result).toMatchObject({code: 0})
  })

  test('explains a port that is used, and logs in without it', async () => {
    const {server, port} = await holdPort()
    onTestFinished(() => void server.close())
    const {simulator, login} = await startLogin({CODEX_AUTH_REDIRECT_PORTS: String(port)})
    const page = new URL(await login.find(PAGE))
    await login.find(/Ports? \d+ are used by another program/)

    const back = await simulator.approve(page)
    login.write(`${back.href}\n`)

    expect(await login.result).toMatchObject({code: 0})
  })

  test('goes on to the second port when the first is used', async () => {
    const {server, port} = await holdPort()
    onTestFinished(() => void server.close())
    const second = await findFreePort()
    const {simulator, login} = await startLogin({CODEX_AUTH_REDIRECT_PORTS: `${port},${second}`})
    const page = new URL(await login.find(PAGE))

    const back = await simulator.approve(page)
    await fetch(back)

    expect(back.port).toBe(String(second))
    expect(await login.result).toMatchObject({code: 0})
  })

  test.for([
    [
      'SSH',
      {SSH_CONNECTION: '10.0.0.1 5 10.0.0.2 22'},
      /first run this on your own computer: ssh -L (\d+):localhost:\1 \w+@10\.0\.0\.2/,
    ],
    ['WSL', {WSL_DISTRO_NAME: 'Ubuntu'}, /In WSL, .*`cao add work --device-auth`/],
    ['a container', {container: 'podman'}, /In a container, .*`cao add work --device-auth`/],
  ] as const)('prints the line that helps with %s', async ([, env, line]) => {
    const {login} = await startLogin(env)

    const found = await login.find(
      new RegExp(`(${line.source.replace(String.raw`\1`, String.raw`\2`)})`),
    )
    login.kill('SIGTERM')

    expect(found).toMatch(line)
  })

  test('ends when the user refuses, and keeps the account without a login', async () => {
    const {simulator, cao, login} = await startLogin()
    const page = new URL(await login.find(PAGE))

    const back = await simulator.approve(page, {cancel: true})
    await fetch(back)

    const {code, stderr} = await login.result
    expect([code, stderr]).toEqual([
      1,
      'OAuth login failed.\nwork is kept without a login. Run `cao add work` to log in, or `cao remove work`.\nError: The login was cancelled or refused in the browser.\nHint: Run the command again to get a new page.\n',
    ])
    expect(await cao.run(['list'])).toMatchObject({stdout: '* work (not-logged-in)\n'})
  })

  test('says after Ctrl-C what is left, and the next account that can answer becomes the default', async () => {
    const {simulator, cao, port, login} = await startLogin()
    await login.find(PAGE)

    login.kill('SIGINT')

    expect(await login.result).toMatchObject({
      code: 130,
      stderr:
        'Cancelled.\nwork is kept without a login. Run `cao add work` to log in, or `cao remove work`.\n',
    })
    expect(cao.readJson('registry.json')).toMatchObject({default_account: 'work'})

    const ports = {CODEX_AUTH_REDIRECT_PORTS: String(port)}
    const next = cao.start(['add', 'home'], {isOpen: true, env: ports})
    await fetch(await simulator.approve(new URL(await next.find(PAGE))))

    expect((await next.result).stdout).toContain(
      '\nDefault account set to: home, because work has no login.\n',
    )
    expect(cao.readJson('registry.json')).toMatchObject({default_account: 'home'})
  })

  test('logs in with a code that is typed on another device', async () => {
    const simulator = await startTestSimulator({deviceIntervalSeconds: 1})
    const cao = makeCaoHome(simulator)
    const login = cao.start(['add', 'work', '--device-auth'])

    await simulator.approveDevice(await login.find(/\b([A-Z\d]{4}-[A-Z\d]{5})\b/))

    const {code, stdout} = await login.result
    expect(code).toBe(0)
    expect(stdout).toContain(`   ${simulator.url.origin}/codex/device\n`)
    expect(stdout).toMatch(/\nLogged in as you@example\.com \(ChatGPT Plus\)\.\n$/)
  })

  test('warns when two folders have the same account', async () => {
    const simulator = await startTestSimulator({deviceIntervalSeconds: 1})
    const cao = makeCaoHome(simulator)
    cao.addAccounts('home')
    await cao.logIn('home', 'you@example.com')
    const login = cao.start(['add', 'work', '--device-auth'])

    await simulator.approveDevice(await login.find(/\b([A-Z\d]{4}-[A-Z\d]{5})\b/))

    const {stderr} = await login.result
    expect(stderr).toMatch(/^Warning: home is the same ChatGPT account/)
  })

  test('lets a Codex CLI log in when one is named', async () => {
    const cao = makeCaoHome()
    const codex = cao.writeCodex(
      `test "$2" = status && exit 1
echo "codex $*"; echo '{"tokens":{"access_token":"a"}}' > "$CODEX_HOME/auth.json"`,
    )

    const {code, stdout} = await cao.run(['add', 'work', '--device-auth', '--codex', codex])

    expect(code).toBe(0)
    expect(stdout).toMatch(/\nStarting OAuth login\.\.\.\ncodex login --device-auth\n$/)
  })

  test.for([
    ['has a login already', 'exit 0', 0, /OAuth already configured for this account\.\n$/, ''],
    [
      'fails',
      'test "$2" = status && exit 1; exit 9',
      9,
      /login\.\.\.\n$/,
      'OAuth login failed.\nwork is kept without a login. Run `cao add work` to log in, or `cao remove work`.\n',
    ],
    [
      'stores its login elsewhere',
      'test "$2" = status && exit 1; exit 0',
      0,
      /login\.\.\.\n$/,
      'Warning: OAuth login completed but auth.json was not found. Check your Codex auth store.\n',
    ],
  ] as const)('says that the Codex CLI %s', async ([, script, exitCode, out, err]) => {
    const cao = makeCaoHome()
    const codex = cao.writeCodex(script)

    const {code, stdout, stderr} = await cao.run(['add', 'work', '--codex', codex])

    expect([code, stderr]).toEqual([exitCode, err])
    expect(stdout).toMatch(out)
  })

  test('says that there is no such Codex CLI', async () => {
    const cao = makeCaoHome()

    const {code, stderr} = await cao.run(['add', 'work', '--codex', '/nowhere/codex'])

    expect(code).toBe(1)
    expect(stderr).toContain('Failed to start codex: spawn /nowhere/codex ENOENT')
  })

  test.for([
    ['the browser that BROWSER names', 'browser', {BROWSER: 'browser', SSH_TTY: '/dev/pts/1'}],
    // The simplest machine to look like, wherever this runs.
    ['the browser of the system', 'xdg-open', {WSL_DISTRO_NAME: 'Ubuntu'}],
  ] as const)('opens %s', async ([, program, variables]) => {
    const simulator = await startTestSimulator()
    const cao = makeCaoHome(simulator)
    const opened = path.join(cao.home, 'opened')
    const script = '#!/bin/sh\necho "$1" > "$HOME/opening"\nmv "$HOME/opening" "$HOME/opened"\n'
    writeFileSync(path.join(cao.home, program), script, {mode: 0o755})
    const env = {
      ...variables,
      PATH: `${cao.home}:${process.env['PATH']}`,
      CODEX_AUTH_REDIRECT_PORTS: String(await findFreePort()),
    }

    const login = cao.start(['add', 'work'], {isOpen: true, env})
    const page = await login.find(PAGE)
    await expect.poll(() => existsSync(opened)).toBe(true)
    login.kill('SIGTERM')

    expect(readFileSync(opened, 'utf8')).toBe(`${page}\n`)
  })
})
