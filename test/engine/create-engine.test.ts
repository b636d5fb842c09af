import {expect, test} from 'vitest'
import {ConfigurationError, StorageError} from '../../src/errors.ts'
import type {EngineOptions} from '../../src/engine/create-engine.ts'
import {toLocalTime} from '../../src/base/local-time.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {createGate} from '../support/gate.ts'
import {createReading} from '../support/accounts/create-usage.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {createTestEngine} from '../support/engine/create-test-engine.ts'
import {createMemoryStorage} from '../support/memory/memory-storage.ts'
import {createAccount, createLimitError, HOUR_MS} from '../support/accounts/start-pool.ts'

const ada = createAccount('ada')
const bob = createAccount('bob')
const RESET = toLocalTime(NOW_MS + HOUR_MS)

function start(options: Partial<EngineOptions> = {}) {
  const own = createMemoryAccountStore(ada, bob)
  const storage = createMemoryStorage()
  /** Everything outside that was read or asked. */
  const events: string[] = []
  /** Everything that was shown. */
  const shown: string[] = []
  const {lines, ...engine} = createTestEngine({
    async fetch(input) {
      events.push(`fetch ${new Request(input).url}`)
      return new Response(null, {status: 503})
    },
    storage: {
      ...storage,
      async get<Value>(key: string) {
        events.push(`read ${key}`)
        return storage.get<Value>(key)
      },
    },
    own: {
      ...own,
      async list() {
        events.push('list')
        return own.list()
      },
    },
    tell: (sentence) => void shown.push(sentence),
    showSwitch: ({from, to}) => void shown.push(`${from.id} to ${to?.id}`),
    ...options,
  })
  return {events, lines, engine, shown, storage}
}

/** Ada is out of quota, Bob answers. */
async function ask({pool}: ReturnType<typeof start>['engine']): Promise<string> {
  return pool.run(undefined, async ({account: {id}}) => {
    if (id === 'ada') throw createLimitError(NOW_MS + HOUR_MS)
    return id
  })
}

test('creating an engine reads nothing and asks nobody', async () => {
  const {events, shown} = start()

  await new Promise(setImmediate)

  expect([...events, ...shown]).toEqual([])
})

test('tokens go nowhere that the environment may not name', () => {
  const env = {CODEX_BACKEND_URL: 'http://backend.example'}

  expect(() => start({process: {arch: 'x64', platform: 'linux', env}})).toThrow(ConfigurationError)
})

test('the accounts, their models and their limits are asked for under one address', async () => {
  const env = {CODEX_BACKEND_URL: 'http://127.0.0.1:1/backend-api'}
  const {events, engine} = start({process: {arch: 'x64', platform: 'linux', env}})

  await engine.liveModels.reload()
  await engine.usage.reload.one('bob')

  const asked = events.filter((event) => event.startsWith('fetch'))
  expect(asked.map((event) => event.replace(/\?.*/, ''))).toEqual([
    'fetch http://127.0.0.1:1/backend-api/codex/models',
    'fetch http://127.0.0.1:1/backend-api/wham/usage',
    'fetch http://127.0.0.1:1/backend-api/codex/usage',
  ])
  expect(engine.backend).toMatchObject({
    url: 'http://127.0.0.1:1/backend-api',
    userAgent: expect.stringContaining('(Linux Unknown; x86_64)') as unknown,
  })
})

test('models are listed for the client version of the environment, and asked as that client', async () => {
  const env = {CODEX_BACKEND_URL: 'http://127.0.0.1:1', CODEX_CLIENT_VERSION: '0.180.0'}
  const {events, engine} = start({process: {arch: 'x64', platform: 'linux', env}})

  await engine.liveModels.reload()

  expect(events).toContain('fetch http://127.0.0.1:1/codex/models?client_version=0.180.0')
  expect(engine.backend).toMatchObject({
    clientVersion: '0.180.0',
    userAgent: expect.stringContaining('codex_cli_rs/0.180.0 ') as unknown,
  })
})

test('what answers say about limits is known, and little left is told once', async () => {
  const {engine, shown} = start()

  engine.backend.onUsage?.('ada', createReading({}, {usedPercent: 91}))
  await expect.poll(() => shown).toHaveLength(1)
  engine.backend.onUsage?.('ada', createReading({}, {usedPercent: 92}))
  engine.backend.onUsage?.('ada', createReading({}, {usedPercent: 96}))
  await expect.poll(() => shown).toHaveLength(2)

  expect(engine.memory.usage.get('ada')?.windows).toMatchObject([{usedPercent: 96}])
  expect(shown).toEqual([
    `ada@example.com has 9 % left of its 5 h limit. It resets on ${RESET}.`,
    `ada@example.com has 4 % left of its 5 h limit. It resets on ${RESET}.`,
  ])
})

test('a warning that could not be said is logged, and comes with the next answer', async () => {
  const own = createMemoryAccountStore(ada)
  let isLocked = true
  const {lines, engine, shown} = start({
    own: {
      ...own,
      async get(id) {
        if (isLocked) throw new StorageError('The keychain is locked')
        return own.get(id)
      },
    },
  })

  engine.backend.onUsage?.('ada', createReading({}, {usedPercent: 91}))
  await expect
    .poll(() => lines)
    .toEqual(['warn A warning could not be shown {"name":"ERR_STORAGE"}'])
  expect(shown).toEqual([])
  isLocked = false
  engine.backend.onUsage?.('ada', createReading({}, {usedPercent: 92}))

  await expect
    .poll(() => shown)
    .toEqual([`ada@example.com has 8 % left of its 5 h limit. It resets on ${RESET}.`])
})

test('when another account goes on, the editor shows it', async () => {
  const {engine, shown} = start()

  expect(await ask(engine)).toBe('bob')

  expect(shown.at(-1)).toBe('ada to bob')
  expect(engine.memory.rests.get('ada')).toMatchObject({
    reason: 'usage_limit',
    untilMs: NOW_MS + HOUR_MS,
  })
})

test('an editor that cannot show it does not keep the other account from answering', async () => {
  const {lines, engine} = start({
    showSwitch() {
      throw new TypeError('There are no notifications')
    },
  })

  expect(await ask(engine)).toBe('bob')

  expect(lines).toEqual(['debug Something could not be told {"name":"TypeError"}'])
})

test('after the stop, nobody is asked any more, and what is known is kept', async () => {
  const {events, engine, storage} = start()
  engine.backend.onUsage?.('ada', createReading({}, {usedPercent: 10}))

  await engine.stop()
  await engine.liveModels.reload()
  await engine.usage.reload.stale()

  expect(events.filter((event) => event.startsWith('fetch'))).toEqual([])
  await expect.poll(async () => storage.get('usage')).toContain('"ada"')
})

test('whoever stops waits until a refresh that was begun is saved', async () => {
  const answered = createGate()
  const expired = {...ada, tokens: {...ada.tokens, expiresAtMs: NOW_MS - 1}}
  const own = createMemoryAccountStore(expired)
  const asked = createGate()
  const fetch = async () => {
    asked.open()
    await answered.opened
    const json = {access_token: 'new', refresh_token: 'new', expires_in: 3600}
    return Response.json(json)
  }
  const {engine} = start({own, fetch})
  const token = engine.backend.accessTokens.get('ada').catch(() => undefined)
  await asked.opened
  let isStopped = false
  const stopped = engine.stop().then(() => (isStopped = true))
  await new Promise(setImmediate)
  expect(isStopped).toBe(false)
  answered.open()
  await stopped
  expect((await own.get('ada'))?.tokens.refreshToken).toBe('new')
  await token
})

test('whoever watches is told of a login and a logout, and only logged when it fails', async () => {
  const {engine, events, lines} = start({own: createMemoryAccountStore(ada)})
  const seen: string[] = []
  const unwatch = engine.watchAccounts(async () => {
    seen.push((await engine.store.list()).map(({id}) => id).join())
    throw new TypeError('There is no status bar')
  })

  await engine.store.add(bob)
  await engine.store.remove('ada')
  unwatch()
  await engine.store.remove('bob')

  expect(seen).toEqual(['ada,bob', 'bob'])
  expect(lines.filter((line) => line.includes('shown'))).toEqual([
    'warn A change of accounts could not be shown {"name":"TypeError"}',
    'warn A change of accounts could not be shown {"name":"TypeError"}',
  ])
  await expect.poll(() => events.join()).toContain('/codex/models')
})

test('after the stop, a login is no news any more', async () => {
  const {engine, events} = start({own: createMemoryAccountStore(ada)})
  await engine.stop()

  await engine.store.add(bob)

  expect(events.filter((event) => event.startsWith('fetch'))).toEqual([])
})
