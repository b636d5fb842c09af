import {spawn, spawnSync} from 'node:child_process'
import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {beforeAll, expect, onTestFinished, test, vi} from 'vitest'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {WATCH_NODE} from '../support/agent/agent-host.ts'
import {
  findCodexProgram,
  installCodexCli,
  toCodexConfig,
  toCodexEnvironment,
} from '../support/cao/codex-cli.ts'
import {eventually} from '../support/eventually.ts'
import {installNode} from '../support/processes/install-node.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** The example host with two groups side by side, one for each provider, and everything that goes wrong in a week. */

beforeAll(installCodexCli, 240_000)
beforeAll(() => installNode(WATCH_NODE), 240_000)

const CAO = path.resolve('dist/cao.js')
const SCRIPT = path.resolve('test/support/agent/run-example-host.ts')

const CLAUDE = '1@g.us'
const CODEX = '2@g.us'

/** An answer of the CLI takes a second, and many on a busy machine. In milliseconds. */
const ANSWER = {timeout: 90_000, interval: 50}

/** What a program of the other provider prints, whatever it is asked. */
const OTHER = `cat > /dev/null
echo ---NANOCLAW_OUTPUT_START---
echo '{"status":"success","result":"claude here","newSessionId":"s1"}'
echo ---NANOCLAW_OUTPUT_END---
`

async function startHost(simulator: Simulator, options: object = {}) {
  const folder = makeTemporaryFolder()
  const inFolder = (file: string) => path.join(folder, file)
  const home = inFolder('data/codex/dev/.codex')
  for (const place of ['data/codex/main/.codex', 'data/codex/dev/.codex', 'groups/dev']) {
    mkdirSync(inFolder(place), {recursive: true})
  }
  const groups = {
    [CLAUDE]: {name: 'Claude', folder: 'main', trigger: '@Andy'},
    [CODEX]: {
      name: 'Dev',
      folder: 'dev',
      trigger: '@Andy',
      provider: 'codex',
      providerConfig: {codex: {approvalPolicy: 'full'}},
    },
  }
  writeFileSync(inFolder('data/registered_groups.json'), JSON.stringify(groups))
  writeFileSync(path.join(home, 'config.toml'), toCodexConfig(simulator, 'gpt-5.5'))
  writeFileSync(inFolder('claude.sh'), OTHER)
  const node = await installNode(WATCH_NODE)
  const settings = {
    folder,
    command: [process.execPath, CAO],
    args: ['--codex', findCodexProgram(), '--contained', 'no'],
    other: ['sh', inFolder('claude.sh')],
    ...options,
  }
  const env = {...process.env, ...toCodexEnvironment(simulator), OPENAI_API_KEY: ''}
  const child = spawn(node, [SCRIPT, JSON.stringify(settings)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const lines = () =>
    output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  await eventually(() => expect(lines()).toContainEqual({started: true}))
  let asked = 0
  return {
    folder,
    home,
    /** Writes to a chat, and waits until the agent is done. @returns What was said in any chat since. */
    async ask(chatJid: string, text: string) {
      const known = lines().length
      const unique = `${text} [${(asked += 1)}]`
      child.stdin.write(`${JSON.stringify({chatJid, text: unique})}\n`)
      await vi.waitFor(() => expect(lines()).toContainEqual({done: unique}), ANSWER)
      // What is left in a file comes a moment later.
      await eventually(() => expect(listMessages(folder)).toEqual([]))
      return lines()
        .slice(known)
        .filter((line) => 'text' in line)
    },
    said: () => lines().filter((line) => 'text' in line),
  }
}

function listMessages(folder: string): readonly string[] {
  const found = spawnSync('find', [path.join(folder, 'data/ipc'), '-path', '*/messages/*'])
  return found.stdout.toString().split('\n').filter(Boolean)
}

async function writeLogin(simulator: Simulator, home: string, email?: string): Promise<void> {
  const account = simulator.accounts.find((one) => one.email === email) ?? simulator.accounts[0]
  const {id_token, access_token, refresh_token} = await simulator.issueTokens(email)
  const tokens = {id_token, access_token, refresh_token, account_id: account?.accountId}
  const auth = {
    auth_mode: 'chatgpt',
    OPENAI_API_KEY: null,
    tokens,
    last_refresh: new Date().toISOString(),
  }
  mkdirSync(home, {recursive: true})
  writeFileSync(path.join(home, 'auth.json'), JSON.stringify(auth), {mode: 0o600})
}

async function start(accounts?: Parameters<typeof startSimulator>[0]): Promise<Simulator> {
  const simulator = await startSimulator(accounts)
  onTestFinished(() => simulator.close())
  return simulator
}

test('two groups side by side; a killed run, a lost conversation and an ended login cost one message each', async () => {
  const simulator = await start()
  const host = await startHost(simulator)
  const {folder, home} = host

  expect(await host.ask(CLAUDE, 'hello')).toEqual([{chatJid: CLAUDE, text: 'claude here'}])
  expect(await host.ask(CODEX, 'hello')).toMatchObject([
    {
      chatJid: CODEX,
      text: expect.stringMatching(/^Codex is not logged in for this group\./) as string,
    },
  ])

  // The login of the main group is shared by all.
  await writeLogin(simulator, path.join(folder, 'data/codex/main/.codex'))
  const [answer] = await host.ask(CODEX, 'are you there')
  expect(answer?.['text']).toMatch(/are you there/)

  // Codex plans a task with the command that it is told of.
  const command = `${process.execPath} ${CAO} agent ipc schedule --cron '0 9 * * *' morning`
  await host.ask(CODEX, `use the tool exec_command {"cmd": "${command}", "yield_time_ms": 20000}`)
  await eventually(() => {
    const tasks: unknown = JSON.parse(
      readFileSync(path.join(folder, 'data/ipc/dev/current_tasks.json'), 'utf8'),
    )
    expect(tasks).toMatchObject([{prompt: 'morning', groupFolder: 'dev', status: 'active'}])
  })

  // The agent is killed in the middle of its work.
  const kill = `pid=$(sed 's/[^0-9]*\\([0-9]*\\).*/\\1/' "$CODEX_HOME/cao-agent-run.json")\nkill -9 $(awk '/PPid/ {print $2}' /proc/$pid/status)\nsleep 60\n`
  writeFileSync(path.join(folder, 'groups/dev/kill.sh'), kill)
  expect(await host.ask(CODEX, 'use the tool exec_command {"cmd": "sh kill.sh"}')).toEqual([
    {
      chatJid: CODEX,
      text: 'The agent ended by the signal SIGKILL before it had an answer. Ask again.',
    },
  ])

  // What it has left running is ended, the conversation is lost, and still there is an answer.
  rmSync(path.join(home, 'sessions'), {recursive: true})
  const [again] = await host.ask(CODEX, 'and now')
  expect(again?.['text']).toMatch(/and now/)

  simulator.changeAccount('you@example.com', {primary: {usedPercent: 100}})
  const limited = [
    ...(await host.ask(CODEX, 'too much')),
    ...(await host.ask(CODEX, 'still too much')),
  ]
  expect(limited).toEqual([
    {
      chatJid: CODEX,
      text: expect.stringMatching(
        /^Codex has reached the usage limit of its account\. Ask again after \d{4}-\d\d-\d\d \d\d:\d\d \(/,
      ) as string,
    },
  ])

  simulator.changeAccount('you@example.com', {
    primary: {usedPercent: 1},
    accessTokens: 'expire',
    refreshTokens: 'revoke',
  })
  const ended = [...(await host.ask(CODEX, 'hello')), ...(await host.ask(CODEX, 'hello?'))]
  expect(ended).toEqual([
    {
      chatJid: CODEX,
      text: `The Codex login of this group no longer works. Log in again on the host: CODEX_HOME=${home} codex login --device-auth`,
    },
  ])
  // The other group has noticed nothing.
  expect(await host.ask(CLAUDE, 'hello')).toEqual([{chatJid: CLAUDE, text: 'claude here'}])
}, 600_000)

test('the next account goes on at a limit, and the chat is told once', async () => {
  const accounts = [{email: 'ada@example.com'}, {email: 'bob@example.com'}]
  const simulator = await start({accounts})
  const base = makeTemporaryFolder()
  for (const {email} of accounts)
    await writeLogin(simulator, path.join(base, email.slice(0, 3)), email)
  writeFileSync(
    path.join(base, 'registry.json'),
    JSON.stringify({accounts: ['ada', 'bob'], default_account: 'ada'}),
  )
  const host = await startHost(simulator, {accounts: base})
  simulator.changeAccount('ada@example.com', {primary: {usedPercent: 100}})

  const said = [...(await host.ask(CODEX, 'one')), ...(await host.ask(CODEX, 'two'))]

  expect(said).toEqual([
    {
      chatJid: CODEX,
      text: expect.stringMatching(
        /^The account ada has reached its usage limit until .*\. bob goes on\.$/,
      ) as string,
    },
    {chatJid: CODEX, text: expect.stringMatching(/one/) as string},
    {chatJid: CODEX, text: expect.stringMatching(/two/) as string},
  ])
  const status: unknown = JSON.parse(readFileSync(path.join(base, 'account_status.json'), 'utf8'))
  expect(status).toMatchObject({statuses: {ada: {lastError: 'usage_limit_reached'}}})
}, 300_000)

test('a full disk costs one message, and nothing that was there', async ({skip}) => {
  const simulator = await start()
  const host = await startHost(simulator)
  await writeLogin(simulator, path.join(host.folder, 'data/codex/main/.codex'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', host.home])
  skip(mounted.status !== 0, 'this user may not mount')
  onTestFinished(() => void spawnSync('umount', ['-l', host.home]))
  writeFileSync(path.join(host.home, 'fill'), 'x'.repeat(16 * 1024))

  const said = [...(await host.ask(CODEX, 'hello')), ...(await host.ask(CODEX, 'hello?'))]

  expect(said.length).toBe(1)
  expect(said[0]?.['text']).toMatch(/space/)
}, 300_000)
