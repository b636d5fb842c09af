import {EventEmitter, once} from 'node:events'
import {describe, expect, test} from 'vitest'
import {AccessTokens} from '../../../src/accounts/tokens/access-token.ts'
import type {Account} from '../../../src/accounts/account.ts'
import type {FetchFunction} from '../../../src/http/fetch.ts'
import {createAccountMemory} from '../../../src/storage/account-memory.ts'
import {createUsageTracking} from '../../../src/accounts/usage/usage-tracking.ts'
import {ACCOUNT, NOW_MS} from '../../support/engine/create-backend.ts'
import {createReading} from '../../support/accounts/create-usage.ts'
import {createMemoryAccountStore} from '../../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {createMemoryStorage} from '../../support/memory/memory-storage.ts'

const MINUTE_MS = 60_000
const WINDOW = {used_percent: 7, limit_window_seconds: 18_000, reset_after_seconds: 60}
const USAGE = {rate_limit: {limit_reached: false, primary_window: WINDOW}}
const BOB = {...ACCOUNT, id: 'user-2:account-2', chatgptAccountId: 'account-2'}
const REFUSAL = createReading({source: 'refusal', limitReached: true}, {usedPercent: 100})

function start({
  answer = () => Response.json(USAGE),
  accounts = [ACCOUNT, BOB],
}: {
  readonly answer?: () => Promise<Response> | Response
  readonly accounts?: readonly Account[]
} = {}) {
  const clock = {nowMs: NOW_MS}
  const now = () => clock.nowMs
  const asked: (string | null)[] = []
  const fetch: FetchFunction = async (_input, init) => {
    asked.push(new Headers(init?.headers).get('chatgpt-account-id'))
    return answer()
  }
  const store = createMemoryAccountStore(...accounts)
  const {log, lines} = createMemoryLog()
  const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
  const accessTokens = new AccessTokens(store, {server, fetch, now})
  const url = 'https://backend.example/backend-api'
  const backend = {accessTokens, fetch, log, now, url, userAgent: 'test'}
  const memory = createAccountMemory({storage: createMemoryStorage(), now, log})
  const changed: string[] = []
  const tracking = createUsageTracking({
    backend,
    store,
    memory,
    onReading: (accountId) => void changed.push(accountId),
  })
  const {rests, usage} = memory
  return {tracking, asked, changed, clock, lines, rests, store, usage}
}

/** Twenty accounts, and a backend that answers the oldest question when it is told to. */
function startMany() {
  const numbers = Array.from({length: 20}, (_, index) => `${index + 1}`)
  const accounts = numbers.map((id) => ({...ACCOUNT, id, chatgptAccountId: id}))
  const waiting: (() => void)[] = []
  const answer = async () => {
    const go = new EventEmitter()
    waiting.push(() => go.emit('go'))
    await once(go, 'go')
    return Response.json(USAGE)
  }
  return {...start({accounts, answer}), numbers, waiting}
}

test('accounts of which nothing new is known are asked for, and others are not', async () => {
  const {tracking, asked, clock} = start()
  tracking.onUsage(ACCOUNT.id, createReading({takenAtMs: NOW_MS}, {}))

  await tracking.reload.stale()
  expect(asked).toEqual(['account-2'])
  clock.nowMs += 15 * MINUTE_MS
  await tracking.reload.stale()

  expect(asked).toEqual(['account-2', 'account-1', 'account-2'])
})

test('an account is asked for once a minute, however often that seems useful', async () => {
  const {tracking, asked, clock} = start()

  await tracking.reload.one(BOB.id)
  clock.nowMs += MINUTE_MS - 1
  await tracking.reload.one(BOB.id)
  expect(asked).toEqual(['account-2'])
  clock.nowMs += 1
  await tracking.reload.one(BOB.id)

  expect(asked).toEqual(['account-2', 'account-2'])
})

test('the user who wants to know does not wait for that', async () => {
  const {tracking, asked, usage} = start()

  await tracking.reload.all()
  await tracking.reload.all()

  expect(asked).toHaveLength(4)
  expect(usage.get(BOB.id)?.windows).toMatchObject([{usedPercent: 7}])
})

test('after a limit, the other windows are asked for in the background', async () => {
  const {tracking, asked, changed, usage} = start()

  tracking.onUsage(ACCOUNT.id, REFUSAL)
  await expect.poll(() => changed).toHaveLength(2)

  expect(asked).toEqual(['account-1'])
  expect(usage.get(ACCOUNT.id)?.windows).toMatchObject([{usedPercent: 100}])
})

test('usage that the user asked for ends the rest of an account', async () => {
  const {tracking, rests} = start()
  rests.note(ACCOUNT.id, {untilMs: NOW_MS + MINUTE_MS})

  await tracking.reload.all()

  expect(rests.get(ACCOUNT.id)?.untilMs).toBeUndefined()
})

test('an account that rests is asked about in the background, and freed', async () => {
  const {tracking, asked, clock, rests} = start()
  rests.note(ACCOUNT.id, {untilMs: NOW_MS + 5 * 24 * 60 * MINUTE_MS})

  clock.nowMs += MINUTE_MS
  tracking.onResting(ACCOUNT.id)
  tracking.onResting('nobody')
  await expect.poll(() => rests.get(ACCOUNT.id)?.untilMs).toBeUndefined()

  expect(asked).toEqual(['account-1'])
})

test('a backend that does not say, and a store that fails, change nothing and break nothing', async () => {
  const {tracking, lines, rests, store, usage} = start({
    answer: () => new Response('', {status: 403}),
  })
  rests.note(ACCOUNT.id, {untilMs: NOW_MS + MINUTE_MS})

  await tracking.reload.all()
  expect(rests.get(ACCOUNT.id)?.untilMs).toBe(NOW_MS + MINUTE_MS)
  expect(usage.list().size).toBe(0)

  store.list = async () => Promise.reject(new Error('locked'))
  await tracking.reload.stale()
  await tracking.accountsChanged()
  expect(lines).toEqual(['debug The usage of accounts stays as it is {"name":"Error"}'])
})

test('a login that ended is not asked for in the background', async () => {
  const {tracking, asked, store} = start()
  await store.change(BOB.id, {loginRequired: {reason: 'expired', sinceMs: NOW_MS}})

  await tracking.reload.stale()

  expect(asked).toEqual(['account-1'])
})

test('what is known about an account goes with it', async () => {
  const {tracking, store, usage} = start()
  tracking.onUsage(ACCOUNT.id, createReading({}, {}))
  await store.remove(ACCOUNT.id)

  await tracking.accountsChanged()

  expect(usage.get(ACCOUNT.id)).toBeUndefined()
})

test('after the end, nothing is asked for', async () => {
  const {tracking, asked} = start()

  tracking.stop()
  await tracking.reload.stale()

  expect(asked).toEqual([])
})

describe('many accounts', () => {
  test('are asked for in order, eight at once', async () => {
    const {tracking, asked, numbers, waiting} = startMany()

    const done = tracking.reload.all()
    await expect.poll(() => waiting).toHaveLength(8)
    expect(asked).toEqual(numbers.slice(0, 8))
    for (const count of numbers.slice(8).keys()) {
      waiting[count]!()
      await expect.poll(() => waiting).toHaveLength(count + 9)
    }
    for (const answer of waiting) answer()
    await done

    expect(asked).toEqual(numbers)
  })

  test('that wait for their turn are not asked for after the end', async () => {
    const {tracking, asked, numbers, waiting} = startMany()
    const done = tracking.reload.stale()
    await expect.poll(() => waiting).toHaveLength(8)

    tracking.stop()
    for (const answer of waiting) answer()
    await done

    expect(asked).toEqual(numbers.slice(0, 8))
  })
})
