import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import {createInterface} from 'node:readline'
import {stripVTControlCharacters} from 'node:util'
import {onTestFinished} from 'vitest'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {findCodexProgram, toCodexConfig, toCodexEnvironment} from '../cao/codex-cli.ts'
import {eventually} from '../eventually.ts'
import {installNode} from '../processes/install-node.ts'
import {makeTemporaryFolder} from '../temporary-folder.ts'
import {writeWhole} from '../write-whole.ts'
import {WATCH_NODE} from './agent-host.ts'
import type {ExampleHostOptions} from './example-host.ts'

const CAO = path.resolve(import.meta.dirname, '../../../dist/cao.js')
const SCRIPT = path.join(import.meta.dirname, 'run-example-host.ts')

/** A program of the other provider: it keeps to the contract, and says what it was asked. */
const OTHER = `let input = ''
process.stdin.on('data', (bytes) => (input += bytes)).on('end', () => {
  const [, said] = /<message[^s][^>]*>([^<]*)</.exec(JSON.parse(input).prompt) ?? [, 'a task']
  const output = {status: 'success', result: 'claude: ' + said, newSessionId: 's1'}
  console.log('noise\\n---NANOCLAW_OUTPUT_START---\\n' + JSON.stringify(output) + '\\n---NANOCLAW_OUTPUT_END---')
})
`

/** The folders of a host with two groups: the main one with another provider, and one with Codex. */
export interface ExampleFolders {
  readonly folder: string
  /** The CODEX_HOME of the group with Codex, and that of the main group, in which the login is. */
  readonly codexHome: string
  readonly loginHome: string
  readonly ipc: string
  readonly env: NodeJS.ProcessEnv
  readonly options: Omit<ExampleHostOptions, 'chat' | 'env'>
}

export const MAIN_CHAT = '1@g.us'
export const CODEX_CHAT = '2@g.us'

/** Makes the folders. They are removed when the test ends. */
export function makeExampleFolders(
  simulator: Simulator,
  {accounts}: {readonly accounts?: string} = {},
): ExampleFolders {
  const folder = makeTemporaryFolder()
  const data = path.join(folder, 'data')
  const codexHome = path.join(data, 'codex/dev/.codex')
  const loginHome = path.join(data, 'codex/main/.codex')
  for (const one of [codexHome, loginHome]) mkdirSync(one, {recursive: true})
  writeFileSync(path.join(codexHome, 'config.toml'), toCodexConfig(simulator, 'gpt-5.5'))
  const groups = {
    [MAIN_CHAT]: {name: 'Main', folder: 'main', trigger: '@Andy'},
    [CODEX_CHAT]: {
      name: 'Dev',
      folder: 'dev',
      trigger: '@Andy',
      provider: 'codex',
      providerConfig: {codex: {approvalPolicy: 'full'}},
    },
  }
  writeFileSync(path.join(data, 'registered_groups.json'), JSON.stringify(groups))
  const other = path.join(folder, 'other.cjs')
  writeFileSync(other, OTHER)
  return {
    folder,
    codexHome,
    loginHome,
    ipc: path.join(data, 'ipc'),
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      TZ: 'Europe/Madrid',
      ...toCodexEnvironment(simulator),
    },
    options: {
      folder,
      command: [process.execPath, CAO],
      args: ['--codex', findCodexProgram(), '--contained', 'no'],
      other: [process.execPath, other],
      ...(accounts !== undefined && {accounts}),
    },
  }
}

/** Logs the main group in, whose login the others share. */
export async function logInExample(
  {loginHome}: ExampleFolders,
  simulator: Simulator,
): Promise<void> {
  const {id_token, access_token, refresh_token} = await simulator.issueTokens()
  const account_id = simulator.accounts[0]?.accountId
  const tokens = {id_token, access_token, refresh_token, account_id}
  const auth = {auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens}
  writeWhole(path.join(loginHome, 'auth.json'), JSON.stringify(auth))
}

/** Logs the main group in as its user does: with the official CLI, and a code. */
export async function logInByCode(
  {loginHome}: ExampleFolders,
  simulator: Simulator,
): Promise<void> {
  const args = ['login', '--device-auth', '--experimental_issuer', simulator.issuer.origin]
  const env = {PATH: process.env['PATH'], HOME: loginHome, CODEX_HOME: loginHome}
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const child = spawn(findCodexProgram(), args, {env, cwd: loginHome, stdio: [...stdio]})
  const ended = once(child, 'close')
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const code = await eventually(() => {
    const [found] = /\b[A-Z0-9]{4}-[A-Z0-9]{5}\b/.exec(stripVTControlCharacters(said)) ?? []
    if (found === undefined) throw new Error(`There is no code: ${said}`)
    return found
  })
  await simulator.approveDevice(code)
  const [exitCode] = (await ended) as [number]
  if (exitCode !== 0) throw new Error(`codex login has failed: ${said}`)
}

/** A message in a chat. */
export interface Said {
  readonly chatJid: string
  readonly text: string
}

/** The example host, as a process. */
export interface ExampleHost {
  readonly pid: number
  /** Writes something in a chat, and waits until the host is done with it. @returns What the chats have heard meanwhile. */
  ask(chatJid: string, text: string): Promise<readonly Said[]>
  /** Waits for something in a chat. */
  hear(pattern: RegExp): Promise<Said>
  kill(): Promise<void>
}

/**
 * Starts the host. It ends with the test.
 *
 * @param under A script for `sh` that is run before it, in a namespace of its own.
 */
export async function startExampleHost(
  {env, folder, options}: ExampleFolders,
  under?: string,
): Promise<ExampleHost> {
  const command = [await installNode(WATCH_NODE), SCRIPT, JSON.stringify(options)]
  const [file = '', ...args] =
    under === undefined
      ? command
      : ['unshare', '-rm', 'sh', '-c', `${under}\nexec "$@"`, 'sh', ...command]
  const child = spawn(file, args, {env, cwd: folder, stdio: ['pipe', 'pipe', 'inherit']})
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: (Partial<Said> & {readonly done?: string; readonly started?: true})[] = []
  const changed = new EventTarget()
  createInterface({input: child.stdout}).on('line', (line) => {
    lines.push(JSON.parse(line) as Said)
    changed.dispatchEvent(new Event('line'))
  })
  const ended = once(child, 'close')
  const find = async (wanted: (line: (typeof lines)[number]) => boolean, from = 0) => {
    for (;;) {
      const index = lines.findIndex((line, at) => at >= from && wanted(line))
      if (index !== -1) return index
      const more = once(changed, 'line').then(() => false)
      if (await Promise.race([more, ended.then(() => true)])) throw new Error('The host has ended')
    }
  }
  const toSaid = (line: (typeof lines)[number]) =>
    line.text === undefined ? [] : [{chatJid: line.chatJid ?? '', text: line.text}]
  await find(({started}) => started === true)
  return {
    pid: child.pid ?? 0,
    async ask(chatJid, text) {
      const from = lines.length
      child.stdin.write(`${JSON.stringify({chatJid, text})}\n`)
      const to = await find(({done}) => done === text, from)
      return lines.slice(from, to).flatMap(toSaid)
    },
    async hear(pattern) {
      const index = await find(({text = ''}) => pattern.test(text))
      return toSaid(lines[index] ?? {})[0] ?? {chatJid: '', text: ''}
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The processes that a process has started. */
export function findChildren(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
}
