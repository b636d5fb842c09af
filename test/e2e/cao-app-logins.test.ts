import {expect, test} from 'vitest'
import {makeCaoHome} from '../support/cao/run-cao.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'

/** The commands of `cao` with logins of "Sign in with ChatGPT". */

const PAGE = /(http:\S+\/authorize\S+)\s/

async function start() {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })
  const cao = makeCaoHome(simulator)
  const call = (line: string) => cao.call(line.split(' '))
  return {simulator, cao, call}
}

test('an app logs in, is named as one wherever accounts are listed, and is taken back with the account', async () => {
  const {simulator, cao, call} = await start()
  const login = cao.start(['add', 'work', '--app'], {isOpen: true})
  await fetch(await simulator.approve(new URL(await login.find(PAGE))))
  const added = await login.result

  expect(added).toMatchObject({code: 0, stderr: ''})
  expect(added.stdout).toContain('Logged in as ada@example.com (ChatGPT, as an app).\n')
  expect(cao.readJson('work/auth.json')).toMatchObject({auth_mode: 'chatgpt_app'})
  const kind = 'by "Sign in with ChatGPT", not for the Codex CLI itself'
  expect(await call('list')).toMatchObject({stdout: `* work (logged-in) - ${kind}\n`})
  expect((await call('status')).stdout).toContain(`| ${kind}\n`)
  const status = await call('status --json')
  expect(JSON.parse(status.stdout)).toMatchObject([
    {loginKind: 'chatgpt-app', email: 'ada@example.com', usage: null, usageError: null},
  ])
  const {stdout: health} = await call('status --doctor')
  expect(health).toContain('All accounts look healthy.')
  // Nothing of Codex is asked of it.
  expect(health).not.toContain('client version')
  expect(await call('switch work')).toMatchObject({stdout: 'Default account set to: work\n'})

  expect(await call('remove work')).toMatchObject({
    code: 0,
    stdout: 'Removed account: work\nDefault account: (none)\n',
    stderr: '',
  })
  expect(
    simulator.requests.map(({method, path, status: code}) => `${method} ${code} ${path}`),
  ).toContain('POST 200 /api/accounts/oauth/revoke')
})

test('a login of Codex is not replaced by an app unless the user says so', async () => {
  const {cao, call} = await start()
  cao.addAccounts('home')
  await cao.logIn('home', 'bob@example.com')

  expect(await call('add home --app')).toMatchObject({
    code: 1,
    stderr:
      'Error: home has a login of Codex.\nHint: Take another name for the login by "Sign in with ChatGPT", or add --force to replace the one of home.\n',
  })
  expect((await call('add work --app --device-auth')).stderr).toContain(
    "option '--app' cannot be used with option '--device-auth'",
  )
  expect(cao.readJson('home/auth.json')).toMatchObject({auth_mode: 'chatgpt'})
})

test('an app that was logged in on another machine is moved here with its file, as an app', async () => {
  const {cao} = await start()
  const there = makeCaoHome()
  there.addAccounts('work')
  await cao.logInAsApp('moved', 'ada@example.com')

  const {code, stdout} = await there.call(['import', `${cao.base}/moved/auth.json`])

  expect([code, stdout]).toEqual([0, expect.stringContaining('Imported accounts: ada\n')])
  const moved = cao.readJson('moved/auth.json') as {readonly chatgpt_app: object}
  expect(there.readJson('ada/auth.json')).toMatchObject({
    auth_mode: 'chatgpt_app',
    chatgpt_app: moved.chatgpt_app,
  })
})

test('Codex runs with its own kind of login, and the user reads why the other one is left out', async () => {
  const {cao, call} = await start()
  cao.addAccounts('app', 'home')
  await cao.logInAsApp('app', 'ada@example.com')
  const codex = cao.writeCodex('echo "$(basename "$CODEX_HOME")"')
  const alone = await call(`run --codex ${codex} -- exec hi`)
  await cao.logIn('home', 'bob@example.com')

  const both = await cao.run(['run', '--offline', '--codex', codex, '--', 'exec', 'hi'])

  expect(alone).toMatchObject({
    code: 1,
    stdout: '',
    stderr:
      'Error: Codex itself cannot use a login of "Sign in with ChatGPT".\nHint: Add a login of Codex with `cao add <name>`; through the gateway (`cao run --gateway`), the others answer as well.\n',
  })
  expect(both).toMatchObject({
    code: 0,
    stdout: 'home\n',
    stderr:
      'app is left out: it is logged in by "Sign in with ChatGPT", which Codex itself cannot use. The gateway can: `cao run --gateway`.\nUsing account: home\n',
  })
})
