/**
 * What other clients had to learn about logins, each told against the simulator.
 */
import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import type {Account} from '../../src/accounts/account.ts'
import {createSecretAccountStore} from '../../src/storage/secret-account-store.ts'
import {toLocalTime} from '../../src/base/local-time.ts'
import type {Simulator} from '../../src/simulator/start-simulator.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {
  createMemoryAccountStore,
  createSharedAccountStores,
} from '../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemorySecrets} from '../support/memory/memory-secrets.ts'
import {createSimulatedBackend, issueAccount} from '../support/servers/simulated-backend.ts'

const ADA = {email: 'ada@example.com', windows: [{minutes: 300, percentPerRequest: 0}]}
const BOB = {email: 'bob@example.com', windows: [{minutes: 300, percentPerRequest: 0}]}

/** Ada's login has expired, and can be refreshed. */
async function startExpired(): Promise<{simulator: Simulator; account: Account}> {
  const simulator = await startTestSimulator({accounts: [ADA, BOB]})
  const account = await issueAccount(simulator, {email: ADA.email, expiresInSeconds: 0})
  return {simulator, account}
}

/** A login of Ada, and the file of the official CLI that it was copied from. */
async function startCopied() {
  const {simulator, account} = await startExpired()
  const userHome = await mkdtemp(path.join(tmpdir(), 'lessons-'))
  onTestFinished(() => rm(userHome, {recursive: true}))
  const origin = path.join(userHome, 'auth.json')
  const store = createMemoryAccountStore({...account, origin})
  const ask = createSimulatedBackend({
    simulator,
    store,
    delay: async () => {},
    userHome: path.dirname(userHome),
  })
  /** The CLI spends the refresh token. */
  const refreshAsCodex = async () => {
    const response = await fetch(new URL('/oauth/token', simulator.issuer), {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'app_EMoamEEZ73f0CkXaXp7hrann',
        grant_type: 'refresh_token',
        refresh_token: account.tokens.refreshToken,
      }),
    })
    const auth = {tokens: await response.json(), last_refresh: '2026-11-20T08:22:52.409082160Z'}
    await writeFile(origin, JSON.stringify(auth))
    return JSON.stringify(auth)
  }
  return {account, ask, origin, refreshAsCodex, simulator, store, userHome}
}

/** @see {@link https://github.com/openai/codex/issues/6498} */
test('two processes do not spend one refresh token twice', async () => {
  const {simulator, account} = await startExpired()
  const asks = createSharedAccountStores(8, account).map((store) =>
    createSimulatedBackend({simulator, store}),
  )

  const said = await Promise.all(asks.flatMap((ask) => [ask('one'), ask('two'), ask('three')]))

  expect(said.filter(({status}) => status !== 200)).toEqual([])
  expect(simulator.counts).toEqual({token: {refreshed: 1}, responses: {200: 24}})
})

/** @see {@link https://github.com/anomalyco/opencode/issues/28234} */
test('two requests of one process do not spend one refresh token twice', async () => {
  const {simulator, account} = await startExpired()
  const ask = createSimulatedBackend({simulator, store: createMemoryAccountStore(account)})

  const said = await Promise.all([ask('one'), ask('two')])

  expect(said.map(({status}) => status)).toEqual([200, 200])
  expect(simulator.counts.token).toEqual({refreshed: 1})
})

/** @see {@link https://github.com/openclaw/openclaw/issues/66952} */
test('a login that was copied does not live on in two places', async () => {
  const {account, ask, origin, refreshAsCodex, simulator, store} = await startCopied()
  const auth = await refreshAsCodex()

  const first = await ask('hello')
  const second = await ask('hello again')

  expect([first.status, second.status]).toEqual([401, 401])
  expect(simulator.counts).toEqual({token: {refreshed: 1, reused: 1}})
  expect(store.stored.get(account.id)).toMatchObject({
    tokens: account.tokens,
    loginRequired: {reason: 'reused'},
  })
  expect(await readFile(origin, 'utf8')).toBe(auth)
})

/** @see {@link https://github.com/Lampese/codex-switcher/issues/107} */
test('whoever used a login up is named, also to those who ask later', async () => {
  const {ask, refreshAsCodex, userHome} = await startCopied()
  await refreshAsCodex()

  const texts = [(await ask('hello')).text, (await ask('hello again')).text]

  const folder = path.join('~', path.basename(userHome))
  const when = toLocalTime(Date.UTC(2026, 10, 20, 8, 22, 52))
  const sentence = `another program (the Codex CLI in ${folder}) used this login up on ${when}.`
  expect(texts.filter((text) => text.includes(sentence))).toHaveLength(2)
})

/** @see {@link https://github.com/openai/codex/issues/42655} */
test('a deactivated account is named and kept, and not refreshed again', async () => {
  const {simulator, account} = await startExpired()
  const store = createMemoryAccountStore(account)
  const ask = createSimulatedBackend({simulator, store})
  simulator.changeAccount(ADA.email, {userDeactivated: true})

  const said = [await ask('one'), await ask('two'), await ask('three')]

  expect(said.map(({status}) => status)).toEqual([401, 401, 401])
  expect(said[2]?.text).toContain('the account or workspace of ada@example.com was deactivated')
  expect(simulator.counts).toEqual({token: {deactivated: 1}})
  expect(store.stored.get(account.id)?.loginRequired?.reason).toBe('deactivated')
})

test('no refresh is wasted on an account that is deactivated while its token works', async () => {
  const simulator = await startTestSimulator({accounts: [ADA]})
  const account = await issueAccount(simulator, {})
  const ask = createSimulatedBackend({simulator, store: createMemoryAccountStore(account)})
  simulator.changeAccount(ADA.email, {userDeactivated: true})

  const said = [await ask('one'), await ask('two')]

  for (const {text} of said) {
    expect(text).toContain('The account or workspace of ada@example.com was deactivated')
  }
  expect(simulator.counts).toEqual({responses: {401: 2}})
})

/** @see {@link https://github.com/openai/codex/issues/19075} */
test('a workspace that is deactivated gives way to the next account', async () => {
  const {simulator, account} = await startExpired()
  const other = await issueAccount(simulator, {email: BOB.email})
  const ask = createSimulatedBackend({simulator, store: createMemoryAccountStore(account, other)})
  const body = {detail: {code: 'deactivated_workspace'}}
  simulator.addFault({endpoint: 'token', kind: 'status', status: 402, body})

  const said = [await ask('one'), await ask('two')]

  expect(said.map(({status}) => status)).toEqual([200, 200])
  expect(simulator.counts).toEqual({token: {402: 1}, responses: {200: 2}})
})

/** @see {@link https://github.com/ndycode/oc-codex-multi-auth/issues/171} */
test('a revoked login gives way to the next account, and comes back with a new login', async () => {
  const {simulator, account} = await startExpired()
  const store = createMemoryAccountStore(account, await issueAccount(simulator, {email: BOB.email}))
  const ask = createSimulatedBackend({simulator, store})
  const answeredBy = async (prompt: string) => {
    expect(await ask(prompt)).toMatchObject({status: 200})
    // Other requests, such as that of the revoked login, end when they like.
    return simulator.requests.findLast((request) => request.path.endsWith('/responses'))?.account
  }
  simulator.changeAccount(ADA.email, {signOut: true})

  expect(await answeredBy('before')).toBe(BOB.email)
  await store.add(await issueAccount(simulator, {email: ADA.email}))

  expect(await answeredBy('after')).toBe(ADA.email)
  expect(
    [...store.stored.values()].map(({email, loginRequired}) => [email, loginRequired]),
  ).toEqual([
    [ADA.email, undefined],
    [BOB.email, undefined],
  ])
  expect(simulator.counts.token).toEqual({revoked: 1})
})

/** @see {@link https://github.com/ndycode/codex-multi-auth/issues/495} */
test('a backend that rejects every token does not make anybody refresh more than once a minute', async () => {
  const clock = {nowMs: Date.now()}
  const now = () => clock.nowMs
  const simulator = await startTestSimulator({accounts: [ADA], now})
  const account = await issueAccount(simulator, {})
  const asks = createSharedAccountStores(4, account).map((store) =>
    createSimulatedBackend({simulator, store, now}),
  )
  simulator.addFault({endpoint: 'responses', kind: 'status', status: 401, times: 1000})
  const askAll = async () => Promise.all(asks.flatMap((ask) => [ask('one'), ask('two')]))

  await askAll()
  clock.nowMs += 59_000
  await askAll()
  expect(simulator.counts.token).toEqual({refreshed: 1})

  clock.nowMs += 2000
  await askAll()
  expect(simulator.counts.token).toEqual({refreshed: 2})
})

/** As the official CLI does it, see codex-rs/login/src/auth/manager.rs. */
test('a rejected token makes way for the stored one, and that one for a refresh', async () => {
  const clock = {nowMs: Date.now()}
  const now = () => clock.nowMs
  const simulator = await startTestSimulator({accounts: [ADA], now})
  const [known, stored] = [await issueAccount(simulator, {}), await issueAccount(simulator, {})]
  const store = createMemoryAccountStore(known)
  store.stored.set(known.id, stored)
  const ask = createSimulatedBackend({simulator, store, now})
  simulator.changeAccount(ADA.email, {accessTokens: 'expire'})
  clock.nowMs += 120_000

  const {status} = await ask('hello')

  expect(status).toBe(200)
  expect(simulator.counts).toEqual({responses: {401: 2, 200: 1}, token: {refreshed: 1}})
})

/** @see {@link https://github.com/Soju06/codex-lb/issues/355} */
test('two users of a workspace, and two workspaces of a user, are three accounts', async () => {
  const team = {accountId: 'team', plan: 'team'}
  const simulator = await startTestSimulator({
    accounts: [
      {...team, email: 'ada@example.com', userId: 'ada'},
      {...team, email: 'bob@example.com', userId: 'bob'},
      {email: 'ada@example.com', userId: 'ada', accountId: 'personal'},
    ],
  })
  const store = createSecretAccountStore(createMemorySecrets(), {log: createMemoryLog().log})
  for (const name of ['team', 'bob@example.com', 'personal', 'personal']) {
    await store.add(await issueAccount(simulator, {email: name}))
  }

  const accounts = await store.list()

  expect(accounts.map(({id, email}) => [id, email])).toEqual([
    ['ada:team', 'ada@example.com'],
    ['bob:team', 'bob@example.com'],
    ['ada:personal', 'ada@example.com'],
  ])
})
