import {expect, test} from 'vitest'
import {NetworkError} from '../../src/errors.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {
  createAccount,
  createLimitError,
  HOUR_MS,
  startPool,
} from '../support/accounts/start-pool.ts'

const ACCOUNTS = [createAccount('a'), createAccount('b'), createAccount('c')]

function countBy(ids: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    ACCOUNTS.map(({id}) => [id, ids.filter((other) => other === id).length]),
  )
}

test('a request tells afterwards where it went, why, and what failed on the way', async () => {
  const {ask, failures, pool, preferences, why} = startPool(ACCOUNTS)
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)
  preferences.change('c', {isPaused: true})

  await ask('conversation-1')

  expect(pool.lastChoices()).toMatchObject([
    {
      atMs: NOW_MS,
      conversation: 'conversa',
      strategy: 'order',
      answeredBy: 'b',
      failures: [{accountId: 'a', code: 'ERR_USAGE_LIMIT_REACHED', reason: 'usage_limit'}],
    },
  ])
  expect(why()).toEqual([
    'a@example.com is the first in order',
    'b@example.com is later in order',
    'c@example.com is paused',
  ])
})

test('a request that nobody answered names nobody', async () => {
  const {ask, failures, pool} = startPool(ACCOUNTS)
  failures['a'] = new NetworkError('lost')

  await expect(ask()).rejects.toThrow('lost')

  const [choice] = pool.lastChoices()
  expect(choice).toMatchObject({failures: [{accountId: 'a', code: 'ERR_NETWORK'}]})
  expect(choice).not.toHaveProperty('answeredBy')
  expect(choice).not.toHaveProperty('conversation')
})

test('only the last 20 requests are remembered', async () => {
  const {ask, pool} = startPool(ACCOUNTS)

  for (let number = 1; number <= 25; number += 1) {
    await ask(`${number}`)
  }

  const conversations = pool.lastChoices().map(({conversation}) => conversation)
  expect([conversations.length, conversations[0], conversations.at(-1)]).toEqual([20, '6', '25'])
})

test('when the user switches accounts, conversations go along, and know whose reasoning they hold', async () => {
  const {ask, asked, pool, preferences} = startPool(ACCOUNTS)
  await ask('talk')
  preferences.prefer('c')
  expect(await ask('talk')).toBe('a')

  pool.forgetConversations()

  expect(await ask('talk')).toBe('c')
  expect(asked).toEqual(['a', 'a', 'c (foreign)'])
})

test.each(['round-robin', 'most-left'] as const)(
  '64 conversations that begin at the same moment spread, by %s',
  async (strategy) => {
    const {ask} = startPool(ACCOUNTS, {strategy})

    const ids = await Promise.all(Array.from({length: 64}, async (_, number) => ask(`${number}`)))

    const counts = Object.values(countBy(ids))
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(5)
  },
)

test('in turn, it is conversations that take turns and not requests', async () => {
  const {ask} = startPool(ACCOUNTS, {strategy: 'round-robin'})

  const first = [await ask('one'), await ask('one'), await ask('one')]

  expect(first).toEqual(['a', 'a', 'a'])
  expect([await ask('two'), await ask('three'), await ask('four')]).toEqual(['b', 'c', 'a'])
})

test('two first requests of one conversation at the same moment go to one account', async () => {
  const {ask} = startPool(ACCOUNTS, {strategy: 'round-robin'})

  expect(await Promise.all([ask('one'), ask('one')])).toEqual(['a', 'a'])
})

test('when an account runs out with 20 requests under way, one other answers them all, and the user is told once', async () => {
  const {ask, asked, failures, switches} = startPool(ACCOUNTS)
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)

  const ids = await Promise.all(Array.from({length: 20}, async (_, number) => ask(`${number}`)))

  expect(countBy(ids)).toEqual({a: 0, b: 20, c: 0})
  expect(countBy(asked)).toEqual({a: 20, b: 20, c: 0})
  expect(switches).toHaveLength(1)
})

test('conversations of a spent account spread over the others, by round-robin', async () => {
  const {ask, failures} = startPool(ACCOUNTS, {strategy: 'round-robin'})
  const names = Array.from({length: 30}, (_, number) => `${number}`)
  await Promise.all(names.map(async (name) => ask(name)))
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)

  expect(countBy(await Promise.all(names.map(async (name) => ask(name))))).toEqual({
    a: 0,
    b: 15,
    c: 15,
  })
})

test('a resting account is asked when the others may not be', async () => {
  const {ask, failures, rests, preferences} = startPool(ACCOUNTS)
  preferences.change('b', {isPaused: true})
  preferences.change('c', {isPaused: true})
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)
  await expect(ask()).rejects.toThrow('b@example.com is paused')
  delete failures['a']

  expect(await ask()).toBe('a')
  expect(rests.get('a')).toBeUndefined()
})
