import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {afterAll, beforeAll, describe, expect, test, vi, type TestContext} from 'vitest'
import {createAccountDirectories} from '../../src/accounts/directories/account-directories.ts'
import {createDirectoryAccountStore} from '../../src/accounts/directories/directory-account-store.ts'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {bundleScript, type BundledScript, type ChildScript} from '../support/child-script.ts'
import {createCodex, installCodexCli, writeAuthFile} from '../support/codex-cli.ts'
import {createMemoryLog} from '../support/memory-log.ts'
import {issueAccount} from '../support/simulated-backend.ts'

/** A refresh token is spent once, however many programs share the login. */

const PROCESSES = 8
const REQUESTS = 125
const EXEC = ['exec', '--skip-git-repo-check', '--ephemeral'] as const

let script: BundledScript

beforeAll(async () => {
  script = await bundleScript('shared-login-process.ts')
  await installCodexCli()
}, 240_000)

afterAll(() => script.remove())

/** An account that cannot reach a limit, in a simulator that lives as long as the test. */
async function start({onTestFinished}: Pick<TestContext, 'onTestFinished'>): Promise<Simulator> {
  const windows = [{minutes: 300, percentPerRequest: 0}]
  const simulator = await startSimulator({accounts: [{email: 'ada@example.com', windows}]})
  onTestFinished(() => simulator.close())
  return simulator
}

/** A base folder with the login of the simulator's account in it, and how long that works. */
async function createBase(
  simulator: Simulator,
  {onTestFinished}: Pick<TestContext, 'onTestFinished'>,
  expiresInSeconds?: number,
): Promise<string> {
  const base = await mkdtemp(path.join(tmpdir(), 'shared-login-'))
  onTestFinished(() => rm(base, {recursive: true}))
  if (expiresInSeconds === undefined) return base
  const {log} = createMemoryLog()
  const now = Date.now
  const directories = createAccountDirectories({base, now, log})
  const store = createDirectoryAccountStore({directories, now, log})
  await store.add(await issueAccount(simulator, {expiresInSeconds}))
  store.close()
  return base
}

/** Processes that have read the folders, and wait for the word. */
async function startProcesses(
  simulator: Simulator,
  {base, home = ''}: {readonly base: string; readonly home?: string},
): Promise<readonly ChildScript[]> {
  const url = simulator.url.href
  const processes = Array.from({length: PROCESSES}, () =>
    script.start(base, home, url, String(REQUESTS)),
  )
  const ready = await Promise.all(processes.map(async (one) => one.readLine()))
  expect(new Set(ready)).toEqual(new Set(['ready with 1']))
  return processes
}

/** Lets them ask at the same moment, and waits for what they say in the end. */
async function askAtOnce(processes: readonly ChildScript[]): Promise<readonly unknown[]> {
  for (const one of processes) one.writeLine('go')
  const lines = await Promise.all(processes.map(async (one) => one.readLine()))
  return lines.map((line) => JSON.parse(line) as unknown)
}

const ALL_ANSWERED = Array.from({length: PROCESSES}, () => ({failed: 0}))

function tell(name: string, {counts}: Simulator): void {
  const figures = JSON.stringify({token: counts.token, responses: counts.responses})
  console.info(`Shared login, ${name}: ${PROCESSES} x ${REQUESTS} requests, ${figures}`)
}

describe('one login, eight processes', {timeout: 60_000}, () => {
  test('an expired token is refreshed once, and all 1,000 requests are answered', async (context) => {
    const simulator = await start(context)
    const base = await createBase(simulator, context, 1)
    const processes = await startProcesses(simulator, {base})

    const outcomes = await askAtOnce(processes)

    tell('expired', simulator)
    expect(outcomes).toEqual(ALL_ANSWERED)
    expect(simulator.counts).toEqual({token: {refreshed: 1}, responses: {200: 1000}})
  })

  test('a rejected token is refreshed once, and all 1,000 requests are answered', async (context) => {
    const simulator = await start(context)
    const base = await createBase(simulator, context, 3600)
    const processes = await startProcesses(simulator, {base})
    simulator.changeAccount('ada@example.com', {accessTokens: 'revoke'})

    const outcomes = await askAtOnce(processes)

    tell('rejected', simulator)
    expect(outcomes).toEqual(ALL_ANSWERED)
    expect(simulator.counts.token).toEqual({refreshed: 1})
    expect(simulator.counts.responses?.['200']).toBe(1000)
  })
})

describe('one login, eight processes and the official CLI', {timeout: 60_000}, () => {
  /** A CODEX_HOME with a token that is about to expire, and processes that use it where it is. */
  async function startBoth(context: TestContext) {
    const simulator = await start(context)
    const {onTestFinished} = context
    const codex = await createCodex(simulator, {model: 'gpt-5.5', onTestFinished})
    await writeAuthFile(codex, simulator, {expiresInSeconds: 60})
    const base = await createBase(simulator, context)
    const processes = await startProcesses(simulator, {base, home: codex.home})
    // Whoever comes second arrives while the first one holds the lock.
    simulator.addFault({endpoint: 'token', kind: 'stall', forMs: 1500})
    return {codex, processes, simulator}
  }

  test('start at the same moment: one refresh, and everybody is answered', async (context) => {
    const {codex, processes, simulator} = await startBoth(context)

    const [{code, stdout}, outcomes] = await Promise.all([
      codex.run(...EXEC, 'at the same moment'),
      askAtOnce(processes),
    ])

    tell('with the CLI', simulator)
    expect([code, stdout.trim()]).toEqual([0, 'gpt-5.5 (medium) heard: at the same moment'])
    expect(outcomes).toEqual(ALL_ANSWERED)
    expect(simulator.counts).toMatchObject({token: {refreshed: 1}, responses: {200: 1001}})
    expect(simulator.counts.token).toEqual({refreshed: 1})
  })

  test('the CLI refreshes first: everybody else waits, and takes its tokens', async (context) => {
    const {codex, processes, simulator} = await startBoth(context)
    const before = await readFile(path.join(codex.home, 'auth.json'), 'utf8')
    const run = codex.start(...EXEC, 'first')
    await vi.waitFor(
      () => expect(simulator.requests.map((one) => one.path)).toContain('/oauth/token'),
      {timeout: 30_000},
    )

    const outcomes = await askAtOnce(processes)
    const {code} = await run.result

    tell('after the CLI', simulator)
    expect(code).toBe(0)
    expect(outcomes).toEqual(ALL_ANSWERED)
    expect(simulator.counts.token).toEqual({refreshed: 1})
    const [refresh] = simulator.requests.filter((one) => one.path === '/oauth/token')
    expect(refresh?.headers['user-agent']).toMatch(/^codex_/)
    expect(await readFile(path.join(codex.home, 'auth.json'), 'utf8')).not.toBe(before)
  })
})
