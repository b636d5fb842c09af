import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {afterAll, beforeAll, describe, expect, test, vi, type TestContext} from 'vitest'
import {createAccountDirectories} from '../../src/accounts/directories/account-directories.ts'
import {createDirectoryAccountStore} from '../../src/accounts/directories/directory-account-store.ts'
import {withFileLock} from '../../src/files/file-lock.ts'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {
  bundleScript,
  type BundledScript,
  type ChildScript,
} from '../support/processes/child-script.ts'
import {createCodex, installCodexCli, writeAuthFile, type Codex} from '../support/cao/codex-cli.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {startHeldIssuer} from '../support/servers/held-issuer.ts'
import {issueAccount, type IssueAccountOptions} from '../support/servers/simulated-backend.ts'
import {IS_THOROUGH} from '../support/thoroughness.ts'

/** A refresh token is spent once, however many programs share the login. */

const PROCESSES = 4
/** Of each process. */
const REQUESTS = 25
const ALL_REQUESTS = PROCESSES * REQUESTS
/** How many there are where an expired token is refreshed, and how often each of them asks: 1,000 times in a thorough run. */
const MANY_PROCESSES = IS_THOROUGH ? 8 : PROCESSES
const MANY_REQUESTS = IS_THOROUGH ? 125 : REQUESTS
/** The CLI takes its time to start, on a busy machine. */
const PATIENT = {timeout: 60_000}
const EXEC = ['exec', '--skip-git-repo-check', '--ephemeral'] as const

let script: BundledScript

beforeAll(async () => {
  script = await bundleScript(
    new URL('../support/processes/shared-login-process.ts', import.meta.url),
  )
  await installCodexCli()
}, 240_000)

afterAll(() => script.remove())

/** An account that cannot reach a limit, in a simulator that lives as long as the test. */
async function start({onTestFinished}: Pick<TestContext, 'onTestFinished'>): Promise<Simulator> {
  const windows = [{minutes: 300, percentPerRequest: 0}]
  const accounts = [{email: 'ada@example.com', windows}]
  const simulator = await startSimulator({accounts, appRefreshAfterSeconds: 0})
  onTestFinished(() => simulator.close())
  return simulator
}

/** A base folder with the login of the simulator's account in it, and how long that works. */
async function createBase(
  simulator: Simulator,
  {onTestFinished}: Pick<TestContext, 'onTestFinished'>,
  login?: IssueAccountOptions,
): Promise<string> {
  const base = await mkdtemp(path.join(tmpdir(), 'shared-login-'))
  onTestFinished(() => rm(base, {recursive: true}))
  if (!login) return base
  const {log} = createMemoryLog()
  const now = Date.now
  const directories = createAccountDirectories({base, now, log})
  const store = createDirectoryAccountStore({directories, now, log})
  await store.add(await issueAccount(simulator, login))
  store.close()
  return base
}

interface SharedFolder {
  readonly base: string
  readonly home?: string
  readonly requests?: number
  readonly count?: number
}

/** Processes that have read the folders, and wait for the word. */
async function startProcesses(
  simulator: Simulator,
  {base, home = '', requests = REQUESTS, count = PROCESSES}: SharedFolder,
): Promise<readonly ChildScript[]> {
  const url = simulator.url.href
  const processes = Array.from({length: count}, () =>
    script.start(base, home, url, String(requests)),
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

/** What so many processes say when each of their requests was answered. */
function allAnswered(count = PROCESSES): readonly unknown[] {
  return Array.from({length: count}, () => ({failed: 0}))
}

function tell(name: string, {counts}: Simulator): void {
  const figures = JSON.stringify({token: counts.token, responses: counts.responses})
  process.stdout.write(`Shared login, ${name}: ${figures}\n`)
}

describe('one login, several processes', {timeout: 120_000}, () => {
  test.for([
    {kind: 'codex', token: 'token', responses: 'responses'},
    {kind: 'chatgpt-app', token: 'app-token', responses: 'app-responses'},
  ] as const)(
    `an expired token of $kind is refreshed once, and all ${MANY_PROCESSES * MANY_REQUESTS} requests are answered`,
    async ({kind, token, responses}, context) => {
      const simulator = await start(context)
      const base = await createBase(simulator, context, {expiresInSeconds: 1, kind})
      const many = {requests: MANY_REQUESTS, count: MANY_PROCESSES}
      const processes = await startProcesses(simulator, {base, ...many})

      const outcomes = await askAtOnce(processes)

      tell('expired', simulator)
      expect(outcomes).toEqual(allAnswered(MANY_PROCESSES))
      expect(simulator.counts).toEqual({
        [token]: {refreshed: 1},
        [responses]: {200: MANY_PROCESSES * MANY_REQUESTS},
      })
    },
  )

  test(`a rejected token is refreshed once, and all ${ALL_REQUESTS} requests are answered`, async (context) => {
    const simulator = await start(context)
    const base = await createBase(simulator, context, {expiresInSeconds: 3600})
    const processes = await startProcesses(simulator, {base})
    simulator.changeAccount('ada@example.com', {accessTokens: 'revoke'})

    const outcomes = await askAtOnce(processes)

    tell('rejected', simulator)
    expect(outcomes).toEqual(allAnswered())
    expect(simulator.counts.token).toEqual({refreshed: 1})
    expect(simulator.counts.responses?.['200']).toBe(ALL_REQUESTS)
  })
})

/** A CODEX_HOME with a token that is about to expire, and processes that use it where it is. */
async function startBoth(context: TestContext) {
  const simulator = await start(context)
  const {onTestFinished} = context
  const {asked, door, issuer} = await startHeldIssuer(simulator, onTestFinished)
  const codex = await createCodex({...simulator, issuer}, {model: 'gpt-5.5', onTestFinished})
  await writeAuthFile(codex, simulator, {expiresInSeconds: 60})
  const base = await createBase(simulator, context)
  const processes = await startProcesses(simulator, {base, home: codex.home})
  return {asked, codex, door, processes, simulator}
}

/** Whether the refresh token that is stored is the one that works. */
async function hasWorkingLogin({home}: Codex, simulator: Simulator): Promise<boolean> {
  const auth = JSON.parse(await readFile(path.join(home, 'auth.json'), 'utf8')) as {
    tokens: {refresh_token: string}
  }
  const response = await fetch(new URL('/oauth/token', simulator.issuer), {
    method: 'POST',
    body: new URLSearchParams({
      client_id: 'app_EMoamEEZ73f0CkXaXp7hrann',
      grant_type: 'refresh_token',
      refresh_token: auth.tokens.refresh_token,
    }),
  })
  return response.ok
}

/**
 * The CLI holds no lock while it waits for the authorization server, so nobody can keep it from sending
 * the refresh token that one of the others has just sent. Nothing may come of that.
 */
describe(`one login, ${PROCESSES} processes and the official CLI`, {timeout: 120_000}, () => {
  test('start at the same moment: one refresh, and everybody is answered', async (context) => {
    const {codex, door, processes, simulator} = await startBoth(context)
    door.open()

    const [{code, stdout}, outcomes] = await Promise.all([
      codex.run(...EXEC, 'at the same moment'),
      askAtOnce(processes),
    ])

    tell('with the CLI at the same moment', simulator)
    expect([code, stdout.trim()]).toEqual([0, 'gpt-5.5 (medium) heard: at the same moment'])
    expect(outcomes).toEqual(allAnswered())
    expect(simulator.counts).toMatchObject({
      token: {refreshed: 1},
      responses: {200: ALL_REQUESTS + 1},
    })
    expect(simulator.counts.token?.['reused'] ?? 0).toBeLessThanOrEqual(1)
    expect(await hasWorkingLogin(codex, simulator)).toBe(true)
  })

  test('the CLI sends a token that the others have spent, and takes theirs', async (context) => {
    const {asked, codex, door, processes, simulator} = await startBoth(context)
    const run = codex.start(...EXEC, 'too late')
    await asked

    const outcomes = await askAtOnce(processes)
    door.open()
    const {code} = await run.result

    tell('the CLI second', simulator)
    expect(code).toBe(0)
    expect(outcomes).toEqual(allAnswered())
    expect(simulator.counts).toMatchObject({responses: {200: ALL_REQUESTS + 1}})
    expect(simulator.counts.token).toEqual({refreshed: 1, reused: 1})
    expect(await hasWorkingLogin(codex, simulator)).toBe(true)
  })

  test('the others send a token that the CLI has spent, and take its own', async (context) => {
    const {codex, door, processes, simulator} = await startBoth(context)
    door.open()
    const {run, outcomes} = await withFileLock(path.join(codex.home, 'auth.lock'), async () => {
      // It gets its tokens, and cannot store them.
      const cli = codex.start(...EXEC, 'first')
      await vi.waitFor(() => expect(simulator.counts.token).toEqual({refreshed: 1}), PATIENT)
      const others = askAtOnce(processes)
      await vi.waitFor(() => expect(simulator.counts.token).toMatchObject({reused: 1}), PATIENT)
      return {run: cli.result, outcomes: others}
    })

    expect(await outcomes).toEqual(allAnswered())
    expect(await run).toMatchObject({code: 0})

    tell('the CLI first', simulator)
    expect(simulator.counts).toMatchObject({responses: {200: ALL_REQUESTS + 1}})
    expect(simulator.counts.token).toEqual({refreshed: 1, reused: 1})
    expect(await hasWorkingLogin(codex, simulator)).toBe(true)
  })
})
