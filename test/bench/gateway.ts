/**
 * What the gateway costs, beside asking the same upstream directly in the same run.
 *
 * @module
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {Agent, request, type IncomingMessage} from 'node:http'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {setTimeout} from 'node:timers/promises'
import {findFreePort} from '../support/processes/find-free-port.ts'
import {buildTokens} from './build-tokens.ts'
import {measureInTurn} from './median.ts'
import type {Measurement} from './measurement.ts'
import type {Scenario} from './replay-streams.ts'
import {buildSmallBody} from './request-body.ts'
import type {Replay} from './start-replay.ts'

const AT_ONCE = 64
const REQUESTS = 1000
const ROUNDS = 5
const OPEN_STREAMS = 500

/** Of the one account. Its access token is also the key of the client. */
const LOGIN = buildTokens('gateway', 86_400)

/** Of Linux: how many parts of a second the times of a process are counted in. */
const TICKS_PER_SECOND = 100

/** Small streams, many at once: what a team of agents does. */
export const gatewayThroughput: Measurement = {
  name: 'Gateway: 64 small streams at once, time against direct',
  target: 1 / 0.3,
  measure: (replay) =>
    withGateway(replay, async ({url}) => {
      const {plain, plugin, ratio} = await measureInTurn(
        {rounds: ROUNDS, warmUpRounds: 2},
        {plain: () => timeMany(replay.plain.baseURL), plugin: () => timeMany(url)},
      )
      return {
        value: ratio,
        unit: 'times',
        detail: `${toRate(plugin)} requests/s against ${toRate(plain)}`,
      }
    }),
}

/** What it takes of the processor, on all threads. */
export const gatewayCpu: Measurement = {
  name: 'Gateway: processor time of 1,000 small requests',
  target: 120,
  measure: (replay) =>
    withGateway(replay, async ({pid, url}) => {
      for (let round = 0; round < 2; round += 1) await askMany(url, 'short')
      const before = readCpuMs(pid)
      for (let round = 0; round < ROUNDS; round += 1) await askMany(url, 'short')
      const value = (readCpuMs(pid) - before) / ((ROUNDS * REQUESTS) / 1000)
      return {value, unit: 'ms', detail: `of ${ROUNDS * REQUESTS} requests`}
    }),
}

/** What an answer holds while it is under way. */
export const gatewayMemory: Measurement = {
  name: 'Gateway: 500 open streams, memory of each',
  target: 100,
  measure: (replay) =>
    withGateway(replay, async ({pid, url}) => {
      await askMany(url, 'short')
      const before = readResidentKb(pid)
      const agent = new Agent({keepAlive: true, maxSockets: Infinity})
      const opened = await Promise.all(
        Array.from({length: OPEN_STREAMS}, () => openStream(url, 'halfway', agent)),
      )
      await setTimeout(1000)
      const value = (readResidentKb(pid) - before) / OPEN_STREAMS
      for (const response of opened) response.destroy()
      agent.destroy()
      return {value, unit: 'kB', detail: `${before / 1000} MB before`}
    }),
}

async function timeMany(url: string): Promise<number> {
  const startedAt = performance.now()
  await askMany(url, 'short')
  return performance.now() - startedAt
}

/** Requests in a second. */
function toRate(milliseconds: number): number {
  return Math.round((REQUESTS / milliseconds) * 1000)
}

interface RunningGateway {
  readonly pid: number
  /** What stands before `/responses`. */
  readonly url: string
}

async function withGateway<Result>(
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

/** Asks so many times, with so many requests under way at any moment. */
async function askMany(url: string, scenario: Scenario): Promise<void> {
  const agent = new Agent({keepAlive: true, maxSockets: AT_ONCE})
  let left = REQUESTS
  await Promise.all(
    Array.from({length: AT_ONCE}, async () => {
      while (left > 0) {
        left -= 1
        const response = await openStream(url, scenario, agent)
        response.resume()
        await once(response, 'end')
      }
    }),
  )
  agent.destroy()
}

async function openStream(url: string, scenario: Scenario, agent: Agent) {
  const authorization = `Bearer ${String(LOGIN['access_token'])}`
  const headers = {'content-type': 'application/json', authorization}
  const asked = request(`${url}/responses`, {method: 'POST', agent, headers})
  asked.end(buildSmallBody(scenario))
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`The answer was ${response.statusCode}.`)
  return response
}

function readCpuMs(pid: number): number {
  const fields = readStat(pid)
  // Time in programs, and in the system for them.
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000
}

function readResidentKb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])
}

/** What stands behind the name of the program, which may hold anything. */
function readStat(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
