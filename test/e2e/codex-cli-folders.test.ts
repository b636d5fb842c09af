import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {beforeAll, describe, expect, test, type TestContext} from 'vitest'
import {toAccount} from '../../src/accounts/account.ts'
import {createAccountDirectories} from '../../src/accounts/directories/account-directories.ts'
import {createDirectoryAccountStore} from '../../src/accounts/directories/directory-account-store.ts'
import {CODEX_CLIENT_ID} from '../../src/codex/endpoints.ts'
import {refreshTokens} from '../../src/oauth/refresh.ts'
import {startSimulator, type Simulator} from '../../src/simulator/start-simulator.ts'
import {createCodex, installCodexCli, writeAuthFile, type Codex} from '../support/cao/codex-cli.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {startHeldIssuer} from '../support/servers/held-issuer.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** The official CLI and this product use one folder, and neither logs the other out. */

beforeAll(installCodexCli, 240_000)

const EXEC = ['exec', '--skip-git-repo-check', '--ephemeral'] as const

/** A CLI whose token is about to expire, and a store on its folder. */
async function setUp({onTestFinished}: TestContext) {
  // The CLI asks there, and whoever else refreshes asks the simulator itself.
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const {asked, door, issuer} = await startHeldIssuer(simulator, onTestFinished)
  const codex = await createCodex({...simulator, issuer}, {onTestFinished, model: 'gpt-5.5'})
  await writeAuthFile(codex, simulator, {expiresInSeconds: 60})
  const {log} = createMemoryLog()
  const base = path.join(makeTemporaryFolder(onTestFinished), 'base')
  const directories = createAccountDirectories({base, now: Date.now, log})
  await directories.link('mine', codex.home)
  const store = createDirectoryAccountStore({directories, now: Date.now, log})
  onTestFinished(() => store.close())
  const [account] = await store.list()
  return {account: account!, asked, codex, directories, door, simulator, store}
}

async function issueLogin(simulator: Simulator) {
  const issued = await simulator.issueTokens()
  return {
    accessToken: issued.access_token,
    refreshToken: issued.refresh_token,
    idToken: issued.id_token,
    expiresAtMs: Date.now() + 3_600_000,
  }
}

function findRefreshes(simulator: Simulator) {
  return simulator.requests.filter((request) => request.path === '/oauth/token')
}

async function readRefreshToken(codex: Codex): Promise<unknown> {
  const text = await readFile(path.join(codex.home, 'auth.json'), 'utf8')
  return (JSON.parse(text) as {tokens: Record<string, unknown>}).tokens['refresh_token']
}

describe('one folder', {timeout: 60_000}, () => {
  // The CLI asks for tokens without a lock. Then it takes the lock, and reads the file once more.
  test('the CLI drops what it was given when we have stored another login', async (context) => {
    const {account, asked, codex, door, simulator, store} = await setUp(context)
    const tokens = await issueLogin(simulator)
    const run = codex.start(...EXEC, 'after you')
    await asked

    await store.add({...account, tokens})
    door.open()

    expect(await run.result).toMatchObject({
      code: 0,
      stdout: 'gpt-5.5 (medium) heard: after you\n',
    })
    expect(findRefreshes(simulator).map(({status}) => status)).toEqual([200])
    expect(await readRefreshToken(codex)).toBe(tokens.refreshToken)
  })

  test('the CLI goes on with what we stored when we were faster', async (context) => {
    const {account, asked, codex, door, simulator, store} = await setUp(context)
    const run = codex.start(...EXEC, 'after you')
    await asked

    const tokens = await store.lock(account.id, async () => {
      const refreshed = await refreshTokens(account.tokens, {
        server: {issuer: simulator.issuer, clientId: CODEX_CLIENT_ID},
        fetch,
        now: Date.now,
        refreshReason: 'proactive_expiry',
      })
      await store.change(account.id, {tokens: refreshed})
      return refreshed
    })
    door.open()

    expect(await run.result).toMatchObject({code: 0})
    expect(findRefreshes(simulator).map(({status}) => status)).toEqual([200, 401])
    expect(await readRefreshToken(codex)).toBe(tokens.refreshToken)
  })

  test('we go on with what the CLI stored, and do not overwrite it', async (context) => {
    const {account, codex, door, simulator, store} = await setUp(context)
    const tokens = await issueLogin(simulator)
    door.open()

    expect(await codex.run(...EXEC, 'me first')).toMatchObject({code: 0})
    const spentRefreshToken = account.tokens.refreshToken
    await store.change(account.id, {tokens: {...tokens, refreshToken: 'late'}, spentRefreshToken})

    const stored = await readRefreshToken(codex)
    expect(findRefreshes(simulator)).toHaveLength(1)
    expect(['late', spentRefreshToken]).not.toContain(stored)
    expect((await store.reload(account.id))!.tokens.refreshToken).toBe(stored)
  })

  test.for([
    ['with an id token', true],
    ['without one, as of the earlier plugin', false],
  ] as const)('the CLI uses a login that we wrote, %s', async ([, hasIdToken], context) => {
    const {codex, simulator, store} = await setUp(context)
    const {idToken, ...tokens} = await issueLogin(simulator)
    await store.add(toAccount({...tokens, ...(hasIdToken && {idToken})}))

    const status = await codex.run('login', 'status')
    const answer = await codex.run(...EXEC, 'with this')

    expect(status.stdout + status.stderr).toContain('Logged in using ChatGPT')
    expect(answer.stdout.trim()).toBe('gpt-5.5 (medium) heard: with this')
    expect(findRefreshes(simulator)).toEqual([])
  })
})
