import {readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test, vi} from 'vitest'
import {eventually} from '../support/eventually.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {makeCaoHome} from '../support/cao/run-cao.ts'

/** The gateway as a process: it starts, says what it does, and leaves nothing behind, however it ends. */

vi.setConfig({testTimeout: 60_000})

interface Status {
  readonly pid: number
  readonly accounts: readonly {readonly name: string; readonly state: string}[]
}

/** Two accounts, `a` and `b`, that are logged in, and a port for the gateway. */
async function setUp() {
  const simulator = await startTestSimulator({
    accounts: [{email: 'ada@example.com'}, {email: 'bob@example.com'}],
  })
  const cao = makeCaoHome(simulator)
  cao.addAccounts('a', 'b')
  await cao.logIn('a', 'ada@example.com')
  await cao.logIn('b', 'bob@example.com')
  const port = await findFreePort()
  const statusOf = async () => {
    const {stdout} = await cao.run(['gateway', 'status', '--json'])
    return JSON.parse(stdout) as Status
  }
  return {cao, port, simulator, statusOf}
}

test('in the background, it answers until it is told to stop, and then nothing is left', async () => {
  const {cao, port, statusOf} = await setUp()

  const started = await cao.run(['gateway', 'start', '--detach', '--port', String(port), '--save'])
  const {pid, accounts} = await statusOf()
  const second = await cao.run(['gateway', 'start', '--detach', '--port', '4999'])
  const stopped = await cao.run(['gateway', 'stop'])
  const again = await cao.run(['gateway', 'stop'])
  const status = await cao.run(['gateway', 'status'])

  expect(started).toMatchObject({code: 0, stderr: ''})
  expect(started.stdout).toContain(`Gateway started on http://127.0.0.1:${port} (upstream `)
  expect(accounts).toMatchObject([
    {name: 'a', state: 'ready'},
    {name: 'b', state: 'ready'},
  ])
  expect(second).toMatchObject({
    code: 1,
    stderr: `Error: A gateway is already running at http://127.0.0.1:${port} (process ${pid}).\nHint: Use that one, or end it with \`cao gateway stop\`.\n`,
  })
  expect(stopped).toMatchObject({code: 0, stdout: 'Gateway stopped.\n', stderr: ''})
  // It keeps its number until its parent has looked.
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'))
  expect(again).toMatchObject({code: 0, stdout: 'No gateway is running.\n'})
  // What was saved counts without being typed.
  expect(status).toMatchObject({
    code: 1,
    stderr: `No gateway is running. \`cao gateway start\` would listen on 127.0.0.1:${port}.\n`,
  })
  expect(statSync(path.join(cao.base, 'gateway.log')).mode & 0o777).toBe(0o600)
})

test('the dashboard opens with the key of the gateway and shows what was asked, and account mode adds the connector', async () => {
  const {cao, port} = await setUp()
  const start = ['gateway', 'start', '--detach', '--no-client-auth', '--port', String(port)]
  await cao.run(start, {env: {ORCH_CODEX_ACCOUNT_MODE_ENABLED: '1'}})
  const answer = await fetch(`http://127.0.0.1:${port}/v1/responses`, {
    method: 'POST',
    body: JSON.stringify({model: 'gpt-6.2-sol', input: 'hello'}),
  })
  await answer.text()

  const {stdout} = await cao.run(['gateway', 'open', '--print'])
  const page = new URL(stdout.trim())
  const html = await (await fetch(page)).text()
  const headers = {authorization: `Bearer ${page.hash.slice('#key='.length)}`}
  const read = async (name: string): Promise<unknown> =>
    (await fetch(new URL(`/gateway/page/${name}`, page), {headers})).json()
  const state = await read('state')
  const requests = await read('requests')
  const status = new URL('/ops/connectors/codex/auth-status', page)
  const connector = [await fetch(status), await fetch(status, {headers})]
  await cao.run(['gateway', 'stop'])
  const afterwards = await cao.run(['gateway', 'open'])

  expect(page.href.replace(page.hash, '')).toBe(`http://127.0.0.1:${port}/dashboard/`)
  expect(html).toContain('<title>Codex gateway</title>')
  expect(state).toMatchObject({accounts: [{name: 'a'}, {name: 'b'}]})
  expect(requests).toMatchObject({
    requests: [
      {model: 'gpt-6.2-sol', status: 200, account: {label: 'a'}, reason: 'first-in-order'},
    ],
  })
  // A key opens it also where clients need none.
  expect(connector.map(({status: code}) => code)).toEqual([401, 200])
  expect(state).toMatchObject({hasConnector: true})
  expect(afterwards).toMatchObject({
    code: 1,
    stderr: 'Error: No gateway is running.\nHint: Start it with `cao gateway start`.\n',
  })
})

test('after a kill, the next command finds that it is gone, and the logins as they were', async () => {
  const {cao, port, statusOf} = await setUp()
  const start = ['gateway', 'start', '--detach', '--port', String(port)]
  const before = ['a', 'b'].map((name) => cao.readJson(`${name}/auth.json`))
  await cao.run(start)
  const {pid} = await statusOf()

  process.kill(pid, 'SIGKILL')
  const status = await cao.run(['gateway', 'status'])
  const restarted = await cao.run(start)
  const stopped = await cao.run(['gateway', 'stop'])

  expect(status).toMatchObject({code: 1, stdout: ''})
  expect(status.stderr).toMatch(/^No gateway is running\./)
  expect([restarted.code, stopped.stdout]).toEqual([0, 'Gateway stopped.\n'])
  expect(['a', 'b'].map((name) => cao.readJson(`${name}/auth.json`))).toEqual(before)
})

test('in the foreground, it shows each request, and sends what is under way before it ends', async () => {
  const {cao, port} = await setUp()
  const run = cao.start(['gateway', 'start', '--port', String(port)])
  const key = await run.find(/Client key: (\S+)/)
  const response = await fetch(`http://127.0.0.1:${port}/v1/responses`, {
    method: 'POST',
    headers: {authorization: `Bearer ${key}`},
    body: JSON.stringify({
      model: 'gpt-5.5',
      input: 'a poem of mine [simulator delay-ms=60]',
      stream: true,
    }),
  })
  const text = response.text()
  run.kill('SIGTERM')

  expect(await text).toContain('response.completed')
  expect(await run.result).toMatchObject({code: 0, stderr: ''})
  expect((await run.result).stdout).toContain('Gateway: POST /v1/responses -> a 200\n')
  const log = readFileSync(path.join(cao.base, 'gateway.log'), 'utf8')
  expect(log).toContain('"account":"a"')
  expect(log).not.toContain('poem')
})

test('it goes on when nobody reads its output any more, and a limit outlasts a new start', async () => {
  const {cao, port, simulator} = await setUp()
  const start = ['gateway', 'start', '--no-client-auth', '--port', String(port)]
  const ask = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/responses`, {
      method: 'POST',
      body: JSON.stringify({model: 'gpt-5.5', input: 'hello'}),
    })
    await response.text()
    return [response.status, response.headers.get('x-cao-account')]
  }
  const askedOf = (email: string) =>
    simulator.requests.filter(
      ({account, path: asked}) => account === email && asked.endsWith('/codex/responses'),
    ).length
  simulator.changeAccount('ada@example.com', {
    primary: {usedPercent: 100, resetAfterSeconds: 7200},
  })

  const first = cao.start(start, {under: ['sh', '-c', '"$0" "$@" | head -n 1']})
  await first.find(/Gateway started on/)
  const answers = [await ask(), await ask(), await ask()]
  await cao.run(['gateway', 'stop'])
  await first.result
  const asked = askedOf('ada@example.com')
  const second = cao.start(start)
  await second.find(/Gateway started on/)
  const again = await ask()
  second.kill('SIGTERM')

  expect(answers).toEqual([again, again, again])
  expect(again).toEqual([200, 'b'])
  expect(askedOf('ada@example.com')).toBe(asked)
  expect(await second.result).toMatchObject({code: 0})
})

test.for([
  [['--port', '0'], /It must be a whole number from 1 to 65535/],
  [['--timeout-ms', '10'], /It must be a whole number from 1000 to 86400000/],
  [['--base-url', 'http://example.com'], /--base-url must be an https address/],
  [['--bind', '0.0.0.0', '--no-client-auth'], /can be reached by other machines/],
  [['--bind', 'nowhere.invalid'], /not an address of this machine/],
] as const)('refuses %j in words', async ([flags, sentence]) => {
  const cao = makeCaoHome()

  const {code, stderr, stdout} = await cao.run(['gateway', 'start', ...flags])

  const {stdout: keys} = await cao.run(['gateway', 'keys', 'list'])

  expect([code, stdout]).toEqual([1, ''])
  // The key of the first start is made by the first one that succeeds.
  expect(keys).toContain('No client keys yet.')
  expect(stderr).toMatch(sentence)
  expect(stderr).not.toContain('    at ')
})

test('a port that another program has is told, in the background as well', async () => {
  const {cao, simulator} = await setUp()
  const {port} = simulator.url

  const results = await Promise.all(
    [[], ['--detach']].map((flags) => cao.run(['gateway', 'start', '--port', port, ...flags])),
  )

  const stderr = `Error: Another program listens on 127.0.0.1:${port}. End it, or name another port with --port.\n`
  expect(results).toMatchObject([
    {code: 1, stdout: '', stderr},
    {code: 1, stdout: '', stderr},
  ])
})

test('a value in gateway.json that cannot be taken is told by its name', async () => {
  const {cao} = await setUp()
  writeFileSync(path.join(cao.base, 'gateway.json'), JSON.stringify({port: 99_999}))

  const {code, stderr} = await cao.run(['gateway', 'start'])

  expect(code).toBe(1)
  expect(stderr).toContain('gateway.json cannot be used. Its port has a value')
})
