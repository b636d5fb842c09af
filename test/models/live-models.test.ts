import {setImmediate} from 'node:timers/promises'
import {describe, expect, test} from 'vitest'
import type {Account} from '../../src/accounts/account.ts'
import {LiveModels, type ModelCache} from '../../src/models/live-models.ts'
import type {ModelSnapshot} from '../../src/models/model-snapshot.ts'
import {ACCOUNT, NOW_MS} from '../support/engine/create-backend.ts'
import {createModel} from '../support/engine/create-model.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemoryModelCache} from '../support/memory/memory-model-cache.ts'
import {eventually} from '../support/eventually.ts'

const BOB: Account = {...ACCOUNT, id: 'user-2:account-2', chatgptAccountId: 'account-2'}

const SNAPSHOT: ModelSnapshot = {
  models: [createModel({id: 'gpt-cached'})],
  etag: '"cached"',
  accountId: ACCOUNT.id,
  clientVersion: '0.171.0',
  takenAtMs: NOW_MS - 1,
}

interface StartOptions {
  readonly accounts?: readonly Account[]
  readonly snapshot?: ModelSnapshot
  readonly cache?: ModelCache
  /** Answers one question. Default: the model `gpt-live` with tag `"live"`. */
  readonly answer?: (headers: Headers) => Response | Promise<Response>
}

/** Live models with a clock, and with the accounts that the backend was asked for. */
function start({accounts = [ACCOUNT], snapshot, cache, answer = answerLive}: StartOptions = {}) {
  const clock = {nowMs: NOW_MS}
  const asked: (string | null)[] = []
  const store = createMemoryAccountStore(...accounts)
  const memory = createMemoryModelCache(snapshot)
  const {log, lines} = createMemoryLog()
  const live = new LiveModels({
    cache: cache ?? memory,
    store,
    accessTokens: {get: async (id) => `token of ${id}`},
    url: 'https://backend.example/backend-api',
    userAgent: 'codex_cli_rs/0.0.0 (test)',
    fetch: async (_input, init) => {
      const headers = new Headers(init?.headers)
      asked.push(headers.get('chatgpt-account-id'))
      init?.signal?.throwIfAborted()
      return answer(headers)
    },
    now: () => clock.nowMs,
    log,
  })
  const listed = () => live.catalogue.list().map(({id}) => id)
  return {live, listed, asked, clock, store, stored: memory.stored, lines}
}

function answerLive(): Response {
  return answerWith('gpt-live', '"live"')
}

function answerWith(slug: string, etag: string): Response {
  return Response.json({models: [{slug}]}, {headers: {etag}})
}

async function fail(): Promise<never> {
  throw new Error('The disk is full')
}

/** Lets everything run that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate()
}

describe('at a start', () => {
  test('the models are those of the table, then those of the last time', async () => {
    const {live, listed, asked} = start({snapshot: SNAPSHOT})
    expect(listed()).toContain('gpt-5.2-codex')

    await live.load()

    expect(listed()).toEqual(['gpt-cached'])
    expect(asked).toEqual([])
  })

  test('a cache that cannot be read leaves the table', async () => {
    const {live, listed} = start({cache: {...createMemoryModelCache(), read: fail}})

    await live.load()

    expect(listed()).toContain('gpt-5.2-codex')
  })

  test('without a cache the backend is asked, and its answer kept', async () => {
    const {live, listed, stored} = start()

    await live.reloadIfStale()

    expect(listed()).toEqual(['gpt-live'])
    expect(stored()).toMatchObject({
      models: [{id: 'gpt-live'}],
      etag: '"live"',
      accountId: 'user-1:account-1',
      clientVersion: '0.171.0',
      takenAtMs: NOW_MS,
    })
  })

  test('a list of the last five minutes is not asked for again', async () => {
    const {live, asked} = start({snapshot: {...SNAPSHOT, takenAtMs: NOW_MS - 299_999}})

    await live.reloadIfStale()

    expect(asked).toEqual([])
  })

  test.each([
    ['older', {takenAtMs: NOW_MS - 300_000}],
    ['from the future', {takenAtMs: NOW_MS + 1}],
    ['of another account', {accountId: 'user-9:account-9'}],
    ['of another client version', {clientVersion: '0.168.0'}],
  ])('a list that is %s is asked for again', async (_which, change) => {
    const {live, listed} = start({snapshot: {...SNAPSHOT, ...change}})

    await live.reloadIfStale()

    expect(listed()).toEqual(['gpt-live'])
  })

  test('nobody is asked when nobody is signed in, and the models of a former account go', async () => {
    const {live, listed, asked, stored} = start({accounts: [], snapshot: SNAPSHOT})

    await live.reloadIfStale()

    expect(asked).toEqual([])
    expect(listed()).toContain('gpt-5.2-codex')
    expect(stored()).toBeUndefined()
  })

  test('an account that has to sign in again is not asked, and its models stay', async () => {
    const loginRequired = {reason: 'expired', sinceMs: NOW_MS} as const
    const {live, listed, asked} = start({
      accounts: [{...ACCOUNT, loginRequired}],
      snapshot: {...SNAPSHOT, takenAtMs: 0},
    })

    await live.reloadIfStale()

    expect(asked).toEqual([])
    expect(listed()).toEqual(['gpt-cached'])
  })
})

describe('asking', () => {
  test('happens as the first account that works', async () => {
    const loginRequired = {reason: 'expired', sinceMs: NOW_MS} as const
    const {live, asked} = start({accounts: [{...ACCOUNT, loginRequired}, BOB]})

    await live.reload()

    expect(asked).toEqual(['account-2'])
  })

  test('happens once for all who want to know at the same moment', async () => {
    const {live, asked} = start()

    await Promise.all([live.reload(), live.reload(), live.reloadIfStale()])

    expect(asked).toEqual(['account-1'])
  })

  test.each<[string, () => Response]>([
    ['a web page', () => new Response('<html></html>')],
    ['an empty list', () => Response.json({models: []})],
    ['a refusal', () => Response.json({detail: 'Not now'}, {status: 503})],
    [
      'nothing',
      () => {
        throw new TypeError('fetch failed')
      },
    ],
  ])('and getting %s changes nothing', async (_what, answer) => {
    const {live, listed, stored} = start({snapshot: {...SNAPSHOT, takenAtMs: 0}, answer})

    await live.reload()

    expect(listed()).toEqual(['gpt-cached'])
    expect(stored()).toEqual({...SNAPSHOT, takenAtMs: 0})
  })

  test('a list that cannot be kept counts all the same', async () => {
    const {live, listed} = start({cache: {...createMemoryModelCache(), write: fail}})

    await live.reload()

    expect(listed()).toEqual(['gpt-live'])
  })

  test('does not happen any more after the end', async () => {
    const {live, asked} = start()

    live.stop()
    await live.reload()

    expect(asked).toEqual([])
  })

  test('what is under way at the end is dropped', async () => {
    const {live, listed, stored} = start({
      answer: () => {
        live.stop()
        return answerLive()
      },
    })

    await live.reload()

    expect(listed()).toContain('gpt-5.2-codex')
    expect(stored()).toBeUndefined()
  })
})

describe('when accounts come and go', () => {
  test('a login asks in the background, however fresh the list is', async () => {
    const {live, listed} = start({snapshot: SNAPSHOT})

    await live.accountsChanged()
    expect(listed()).toEqual(['gpt-cached'])

    await eventually(() => expect(listed()).toEqual(['gpt-live']))
  })

  test('with the last account its models go at once, and for good', async () => {
    const {live, listed, store, stored} = start({snapshot: SNAPSHOT})
    await live.load()

    await store.remove(ACCOUNT.id)
    await live.accountsChanged()

    expect(listed()).toContain('gpt-5.2-codex')
    expect(stored()).toBeUndefined()
  })

  test('an answer that comes after the logout is dropped', async () => {
    const {live, listed, store, stored} = start({
      answer: async () => {
        await store.remove(ACCOUNT.id)
        await live.accountsChanged()
        return answerLive()
      },
    })

    await live.reload()

    expect(listed()).toContain('gpt-5.2-codex')
    expect(stored()).toBeUndefined()
  })

  test('the next account is asked when the first one goes while it is being asked', async () => {
    const {live, listed, store} = start({
      accounts: [ACCOUNT, BOB],
      answer: async (headers) => {
        if (headers.get('chatgpt-account-id') === 'account-2') return answerWith('gpt-bob', '"b"')
        await store.remove(ACCOUNT.id)
        await live.accountsChanged()
        return answerLive()
      },
    })

    await live.reload()

    await eventually(() => expect(listed()).toEqual(['gpt-bob']))
  })
})

describe('the tag of an answer', () => {
  test('asks in the background when it is not that of the list', async () => {
    const {live, listed} = start({snapshot: SNAPSHOT})

    live.noticeEtag('"live"')

    await eventually(() => expect(listed()).toEqual(['gpt-live']))
  })

  test('asks nothing when it is that of the list', async () => {
    const {live, asked, clock} = start()
    await live.reload()
    clock.nowMs += 60_000

    live.noticeEtag('"live"')
    await settle()

    expect(asked).toHaveLength(1)
  })

  test('asks at most once a minute, also when the backend does not answer', async () => {
    const {live, asked, clock} = start({answer: () => new Response(null, {status: 503})})
    await live.reload()
    expect(asked).toHaveLength(1)

    clock.nowMs += 59_999
    live.noticeEtag('"new"')
    await settle()
    expect(asked).toHaveLength(1)

    clock.nowMs += 1
    live.noticeEtag('"new"')
    live.noticeEtag('"newer"')
    await settle()
    expect(asked).toHaveLength(2)
  })

  test('is not followed again when the list has another, as with a second account', async () => {
    const {live, asked, clock} = start()
    await live.reload()
    clock.nowMs += 60_000
    live.noticeEtag('"of bob"')
    await settle()
    expect(asked).toHaveLength(2)

    clock.nowMs += 60_000
    live.noticeEtag('"of bob"')
    await settle()
    expect(asked).toHaveLength(2)

    live.noticeEtag('"of carol"')
    await settle()
    expect(asked).toHaveLength(3)
  })
})
