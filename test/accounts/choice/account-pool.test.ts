import {EventEmitter, once} from 'node:events'
import {describe, expect, test} from 'vitest'
import type {Account} from '../../../src/accounts/account.ts'
import {LoginRequiredError, NetworkError, UsageLimitReachedError} from '../../../src/errors.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {
  createAccount,
  createLimitError,
  HOUR_MS,
  startPool,
  WEEK_SECONDS,
} from '../../support/accounts/start-pool.ts'

/** A pool of accounts that fail as told. */
function start(accounts: readonly Account[], failures: Record<string, Error> = {}) {
  const story = startPool(accounts)
  Object.assign(story.failures, failures)
  return story
}

test('when one account is out of quota, the next one answers, and the user is told once', async () => {
  const {ask, asked, switches} = start([createAccount('a'), createAccount('b')], {
    a: createLimitError(NOW_MS + HOUR_MS),
  })

  expect(await ask()).toBe('b')
  expect(await ask()).toBe('b')

  expect(asked).toEqual(['a', 'b', 'b'])
  expect(switches).toMatchObject([{from: {id: 'a'}, to: {id: 'b'}, untilMs: NOW_MS + HOUR_MS}])
})

test('where the reset has passed by our clock, the account rests all the same, and the user is told once', async () => {
  const {ask, asked, rests, switches} = start([createAccount('a'), createAccount('b')], {
    a: createLimitError(NOW_MS - HOUR_MS),
  })

  await ask()
  await ask()

  expect(asked).toEqual(['a', 'b', 'b'])
  expect(rests.get('a')?.untilMs).toBe(NOW_MS + HOUR_MS / 2)
  expect(switches).toHaveLength(1)
})

test('an answer that was under way when the quota ran out does not free the account', async () => {
  const {ask, rests, pool, switches, failures} = start([createAccount('a'), createAccount('b')])
  const earlier = new EventEmitter()
  const underWay = pool.run(undefined, () => once(earlier, 'output'))
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)
  await ask()

  earlier.emit('output')
  await underWay
  await ask()

  expect(rests.get('a')?.untilMs).toBe(NOW_MS + HOUR_MS)
  expect(switches).toHaveLength(1)
})

test('an account whose usage shows that it is spent is not asked, and the user is told once', async () => {
  const {ask, asked, rests, setUsed, switches} = start([createAccount('a'), createAccount('b')])
  setUsed('a', 100)

  await ask()
  await ask()

  expect(asked).toEqual(['b', 'b'])
  expect(rests.get('a')).toMatchObject({reason: 'usage_limit', untilMs: NOW_MS + HOUR_MS})
  expect(switches).toMatchObject([{from: {id: 'a'}, to: {id: 'b'}, untilMs: NOW_MS + HOUR_MS}])
})

describe('a conversation that moves because of a ceiling', () => {
  const ceiling = {limit: 'codex', windowSeconds: WEEK_SECONDS, maxUsedPercent: 80}

  /** Two conversations with the first account, which is above its ceiling by now. */
  async function startAbove() {
    const story = start([createAccount('a'), createAccount('b')])
    story.preferences.change('a', {ceilings: [ceiling]})
    await story.ask('conversation-1')
    await story.ask('conversation-2')
    story.setUsed('a', 85)
    return story
  }

  test('is announced once for all of them', async () => {
    const {ask, asked, switches} = await startAbove()

    await ask('conversation-1')
    await ask('conversation-2')
    await ask('conversation-1')

    expect(asked).toEqual(['a', 'a', 'b (foreign)', 'b (foreign)', 'b (foreign)'])
    expect(switches).toEqual([
      {
        from: createAccount('a'),
        to: createAccount('b'),
        reason: 'ceiling',
        untilMs: NOW_MS + HOUR_MS,
      },
    ])
  })

  test('is announced again for another ceiling, and after the reset', async () => {
    const {ask, clock, preferences, setUsed, switches} = await startAbove()
    await ask('conversation-1')

    preferences.change('a', {ceilings: [{...ceiling, maxUsedPercent: 84}]})
    await ask('conversation-2')
    expect(switches).toHaveLength(2)
    clock.nowMs += HOUR_MS
    await ask('conversation-3')
    setUsed('a', 90)
    await ask('conversation-3')

    expect(switches).toHaveLength(3)
  })

  test('is not announced while nothing moves, nor when nobody can go on', async () => {
    const {ask, preferences, switches} = await startAbove()

    await ask('conversation-3')
    expect(switches).toEqual([])
    preferences.change('b', {isPaused: true})
    await expect(ask('conversation-1')).rejects.toThrow('a@example.com is above its ceiling')

    expect(switches).toEqual([])
  })
})

test('a conversation that moves because another program found the quota spent is announced once', async () => {
  const {ask, rests, switches} = start([createAccount('a'), createAccount('b')])
  await ask('conversation-1')
  await ask('conversation-2')
  rests.note('a', {untilMs: NOW_MS + HOUR_MS})

  await ask('conversation-1')
  await ask('conversation-2')

  expect(switches).toMatchObject([
    {from: {id: 'a'}, to: {id: 'b'}, reason: 'usage_limit', untilMs: NOW_MS + HOUR_MS},
  ])
})

test('the limit of a single model moves the request on, and leaves the account to the other models', async () => {
  const {ask, asked, failures, rests, switches} = start([createAccount('a'), createAccount('b')])
  failures['a'] = new UsageLimitReachedError('spark', {
    resetsAtMs: NOW_MS + HOUR_MS,
    limit: 'Spark',
  })

  expect(await ask()).toBe('b')
  delete failures['a']

  expect(await ask()).toBe('a')
  expect(asked).toEqual(['a', 'b', 'a'])
  expect([rests.get('a'), switches]).toEqual([undefined, []])
})

test('when every account has reached the limit of a model, the last one says so', async () => {
  const {ask, failures} = start([createAccount('a'), createAccount('b')])
  const spent = new UsageLimitReachedError('spark', {resetsAtMs: NOW_MS + HOUR_MS, limit: 'Spark'})
  Object.assign(failures, {a: spent, b: spent})

  await expect(ask()).rejects.toBe(spent)
})

test('after its reset, the first account answers again', async () => {
  const {ask, asked, clock, failures} = start([createAccount('a'), createAccount('b')], {
    a: createLimitError(NOW_MS + HOUR_MS),
  })
  await ask()
  delete failures['a']

  clock.nowMs += HOUR_MS
  await ask()

  expect(asked).toEqual(['a', 'b', 'a'])
})

test('without a named reset, an account rests for half an hour', async () => {
  const {ask, rests} = start([createAccount('a'), createAccount('b')], {a: createLimitError()})

  await ask()

  expect(rests.get('a')?.untilMs).toBe(NOW_MS + HOUR_MS / 2)
})

test('a conversation stays with its account, also when an earlier one is back', async () => {
  const {ask, asked, clock, failures} = start([createAccount('a'), createAccount('b')], {
    a: createLimitError(NOW_MS + HOUR_MS),
  })
  await ask('conversation-1')
  delete failures['a']
  clock.nowMs += HOUR_MS

  await ask('conversation-1')
  await ask('conversation-2')

  expect(asked).toEqual(['a', 'b', 'b', 'a'])
})

test('an account that takes a conversation over knows that its reasoning is not its own', async () => {
  const {ask, asked, failures} = start([createAccount('a'), createAccount('b')])
  await ask('conversation-1')
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)

  await ask('conversation-1')

  expect(asked).toEqual(['a', 'a', 'b (foreign)'])
})

test('when all are out of quota, the one that is back first is asked, and named', async () => {
  const {ask, asked} = start([createAccount('a'), createAccount('b')], {
    a: createLimitError(NOW_MS + 2 * HOUR_MS),
    b: createLimitError(NOW_MS + HOUR_MS),
  })

  await expect(ask()).rejects.toThrow(
    /^All 2 ChatGPT accounts have reached their usage limit\. b@example\.com is back first, after .+\.$/,
  )
  await expect(ask()).rejects.toMatchObject({resetsAtMs: NOW_MS + HOUR_MS})

  expect(asked).toEqual(['a', 'b', 'b'])
})

test('a single account is asked although it rests, because it may be back early', async () => {
  const {ask, failures, rests, switches} = start([createAccount('a')], {
    a: createLimitError(NOW_MS + HOUR_MS),
  })
  await expect(ask()).rejects.toThrow('spent')
  delete failures['a']

  expect(await ask()).toBe('a')
  expect(rests.get('a')?.untilMs).toBeUndefined()
  expect(switches).toEqual([
    {from: createAccount('a'), reason: 'usage_limit', untilMs: NOW_MS + HOUR_MS},
  ])
})

test('a login that ends on the way moves on to the next account', async () => {
  const {ask, asked} = start([createAccount('a'), createAccount('b')], {
    a: new LoginRequiredError('ended', {reason: 'expired'}),
  })

  expect(await ask()).toBe('b')
  expect(asked).toEqual(['a', 'b'])
})

test('a lost connection does not burn through the accounts', async () => {
  const {ask, asked, rests} = start([createAccount('a'), createAccount('b')], {
    a: new NetworkError('lost'),
  })

  await expect(ask()).rejects.toThrow('lost')
  expect(asked).toEqual(['a'])
  expect(rests.get('a')?.untilMs).toBeUndefined()
})

test('accounts whose login ended are not asked', async () => {
  const ended = createAccount('a', {loginRequired: {reason: 'expired', sinceMs: 1}})
  const {ask, asked} = start([ended, createAccount('b')])

  await ask()

  expect(asked).toEqual(['b'])
})

test('without an account that works, the error says so', async () => {
  const ended = createAccount('a', {loginRequired: {reason: 'expired', sinceMs: 1}})

  await expect(start([]).ask()).rejects.toThrow('No ChatGPT account is logged in.')
  await expect(start([ended]).ask()).rejects.toThrow(/^Token refresh failed: the login has expired/)
})
