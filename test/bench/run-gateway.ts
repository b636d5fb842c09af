/**
 * A gateway in a process of its own, before the upstream of the benchmark.
 *
 * @module
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {request, type Agent, type IncomingMessage} from 'node:http'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {setTimeout} from 'node:timers/promises'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {buildTokens} from './build-tokens.ts'
import type {Scenario} from './replay-streams.ts'
import {buildSmallBody} from './request-body.ts'
import type {Replay} from './start-replay.ts'

/** Of the one account. Its access token is also the key of the client. */
const LOGIN = buildTokens('gateway', 86_400)

/** A gateway that answers. */
export interface RunningGateway {
  readonly pid: number
  /** What stands before `/responses`. */
  readonly url: string
}

/** Runs the task with a gateway, which is killed then. */
export async function withGateway<Result>(
  replay: Replay,
  task: (gateway: RunningGateway) => Promise<Result>,
): Promise<Result> {
  const home = mkdtempSync(path.join(tmpdir(), 'gateway-bench-'))
  const base = path.join(home, '.codex-account-orchestrator')
  mkdirSync(path.join(base, 'a'), {recursive: true})
  writeFileSync(path.join(base, 'registry.json'), '{"accounts":["a"],"default_account":"a"}')
  const {access_token, id_token, refresh_token} = LOGIN
  const tokens = {access_token, id_token, refresh_token, account_id: 'workspace-bench'}
  const auth = {auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens}
  writeFileSync(path.join(base, 'a', 'auth.json'), JSON.stringify(auth))
  const port = await findFreePort()
  const {origin} = new URL(replay.plain.baseURL)
  const args = ['gateway', 'start', '--port', String(port), '--base-url', `${origin}/backend-api`]
  const child = spawn(process.execPath, [path.resolve('dist/cao.js'), ...args], {
    env: {PATH: process.env['PATH'], HOME: home, CODEX_AUTH_ISSUER_URL: origin},
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    const url = `http://127.0.0.1:${port}/v1`
    await untilListening(`http://127.0.0.1:${port}/health`)
    return await task({pid: child.pid!, url})
  } finally {
    await end(child)
    rmSync(home, {recursive: true})
  }
}

async function untilListening(url: string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await setTimeout(25)
  }
  throw new Error('The gateway did not start.')
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

/** Asks, and resolves once the head of the answer is here. Nobody reads the rest yet. */
export async function openStream(
  url: string,
  scenario: Scenario,
  {agent, body = buildSmallBody(scenario)}: {readonly agent: Agent; readonly body?: string},
): Promise<IncomingMessage> {
  const authorization = `Bearer ${String(LOGIN['access_token'])}`
  const headers = {'content-type': 'application/json', authorization}
  const asked = request(`${url}/responses`, {method: 'POST', agent, headers})
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`The answer was ${response.statusCode}.`)
  return response
}

/** What the process has in memory, in kB. */
export function readResidentKb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
}
