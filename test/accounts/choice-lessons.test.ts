/**
 * What other clients had to learn about several accounts, where no other test is about it.
 */
import {expect, test} from 'vitest'
import {ACCOUNT_STRATEGIES} from '../../src/accounts/account-preferences.ts'
import {LoginRequiredError, NetworkError} from '../../src/errors.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {
  createAccount,
  createLimitError,
  createRefusal,
  HOUR_MS,
  startPool,
  WEEK_SECONDS,
} from '../support/accounts/start-pool.ts'

const A = createAccount('a')
const B = createAccount('b')
const C = createAccount('c')
const DAY_MS = 24 * HOUR_MS

/** @see {@link https://github.com/openai/codex/issues/19075} */
test('a deactivated workspace does not hang the client; it rests for a day, and the next one answers', async () => {
  const {ask, asked, failures, rests, switches} = startPool([A, B])
  failures['a'] = createRefusal(402, 'deactivated_workspace')

  expect([await ask(), await ask()]).toEqual(['b', 'b'])

  expect(asked).toEqual(['a', 'b', 'b'])
  expect(rests.get('a')).toMatchObject({reason: 'deactivated', untilMs: NOW_MS + DAY_MS})
  expect(switches).toMatchObject([{from: {id: 'a'}, to: {id: 'b'}, reason: 'deactivated'}])
})

test.each([
  [403, 'account_deactivated', 'deactivated'],
  [403, 'usage_not_included', 'not_included'],
  [402, 'insufficient_quota', 'no_credits'],
  [402, 'something_new', 'no_credits'],
  [401, undefined, 'rejected'],
])('a %i with the code %s concerns the account alone: %s', async (status, code, reason) => {
  const {ask, failures, rests} = startPool([A, B])
  failures['a'] = createRefusal(status, code)

  expect(await ask()).toBe('b')
  expect(rests.get('a')?.reason).toBe(reason)
})

/** @see {@link https://github.com/NousResearch/hermes-agent/issues/72941} */
test('a login that is rejected or ended moves on; the new login is free at once, and no second account', async () => {
  const {ask, failures, rests, store} = startPool([A, B, C])
  failures['a'] = createRefusal(401)
  failures['b'] = new LoginRequiredError('revoked', {reason: 'revoked'})
  expect(await ask()).toBe('c')
  expect(rests.get('a')).toMatchObject({reason: 'rejected', untilMs: NOW_MS + HOUR_MS / 6})

  delete failures['a']
  await store.add(A)
  rests.release('a')

  expect(await ask()).toBe('a')
  expect(await store.list()).toHaveLength(3)
})

/** @see {@link https://github.com/yetone/alma-plugins/issues/27} */
test('a second account is there for when the first has no quota', async () => {
  const {ask, failures} = startPool([A, B])
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)

  expect(await ask()).toBe('b')
})

/** @see {@link https://github.com/openai/codex/issues/8119} */
test('once two accounts have answered, none is handed the reasoning of the other', async () => {
  const {ask, asked, clock, failures} = startPool([A, B])
  await ask('talk')
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)
  await ask('talk')
  await ask('talk')
  delete failures['a']
  failures['b'] = createLimitError(NOW_MS + DAY_MS)
  clock.nowMs += HOUR_MS
  await ask('talk')

  expect(asked).toEqual(['a', 'a', 'b (foreign)', 'b (foreign)', 'b (foreign)', 'a (foreign)'])
})

/** @see {@link https://github.com/Soju06/codex-lb/pull/226} */
test.each(ACCOUNT_STRATEGIES)(
  'by %s, a conversation stays with its account, whoever has more left or is next',
  async (strategy) => {
    const {ask, setUsed, why} = startPool([A, B, C], {strategy})
    const first = await ask('talk')
    await ask('another')
    setUsed(first, 90)

    const later = [await ask('talk'), await ask('talk'), await ask('talk')]

    expect(later).toEqual([first, first, first])
    expect(why()).toContain(
      `${first}@example.com has this conversation, and a conversation stays with its account`,
    )
  },
)

/** @see {@link https://github.com/router-for-me/CLIProxyAPI/issues/5649} */
test('after the reset, an account is not blocked any more, by a refusal or by what it had used', async () => {
  const {ask, clock, failures, setUsed} = startPool([A, B, C])
  failures['a'] = createLimitError(NOW_MS + HOUR_MS)
  setUsed('b', 100, NOW_MS + HOUR_MS)
  expect(await ask()).toBe('c')
  delete failures['a']
  clock.nowMs += HOUR_MS

  expect(await ask()).toBe('a')
  failures['a'] = createLimitError(NOW_MS + DAY_MS)
  expect(await ask()).toBe('b')
})

/** @see {@link https://github.com/Soju06/codex-lb/issues/1246} */
test('when all are spent, one error has the earliest reset and says whose it is', async () => {
  const {ask, failures} = startPool([A, B])
  failures['a'] = createLimitError(NOW_MS + 2 * HOUR_MS)
  failures['b'] = createLimitError(NOW_MS + HOUR_MS)

  await expect(ask()).rejects.toMatchObject({
    code: 'ERR_USAGE_LIMIT_REACHED',
    resetsAtMs: NOW_MS + HOUR_MS,
    message: expect.stringContaining('b@example.com is back first') as unknown,
  })
})

/** @see {@link https://github.com/Soju06/codex-lb/issues/1092} */
test('with no account that may be asked, the error says why for each, and what to do', async () => {
  const {ask, asked, preferences, setUsed} = startPool([A, B])
  preferences.change('a', {isPaused: true})
  preferences.setCeiling('b', {limit: 'codex', windowSeconds: WEEK_SECONDS}, 80)
  setUsed('b', 83)

  await expect(ask()).rejects.toMatchObject({
    code: 'ERR_ACCOUNT_UNAVAILABLE',
    resetsAtMs: NOW_MS + HOUR_MS,
    message: expect.stringMatching(
      /^No ChatGPT account can answer now: a@example\.com is paused; b@example\.com is above its ceiling of 80 % until .+: 83 % of the weekly limit is used\.$/,
    ) as unknown,
    advice: ['raise_ceiling', 'resume_account', 'add_account'],
  })
  expect(asked).toEqual([])
})

test('who was deactivated and who is spent is told in one sentence', async () => {
  const {ask, failures} = startPool([
    A,
    B,
    createAccount('c', {loginRequired: {reason: 'expired', sinceMs: NOW_MS}}),
  ])
  failures['a'] = createRefusal(402, 'deactivated_workspace')
  failures['b'] = createLimitError(NOW_MS + HOUR_MS)

  await expect(ask()).rejects.toMatchObject({
    advice: ['log_in_again', 'add_account'],
    message: expect.stringMatching(
      /^No ChatGPT account can answer now: a@example\.com was deactivated by OpenAI or its owner \(rests until .+\); b@example\.com rests until .+ \(usage limit\); c@example\.com needs a new login since .+\.$/,
    ) as unknown,
  })
})

/** @see {@link https://github.com/lidge-jun/opencodex/issues/1841} */
test('the main account is never used above 80 % of its week, not even by a conversation that it has', async () => {
  const {ask, clock, preferences, setUsed} = startPool([A, B])
  preferences.setCeiling('a', {limit: 'codex', windowSeconds: WEEK_SECONDS}, 80)
  setUsed('a', 79)
  expect(await ask('talk')).toBe('a')

  setUsed('a', 80)
  expect([await ask('talk'), await ask('another')]).toEqual(['b', 'b'])

  clock.nowMs += HOUR_MS
  expect(await ask('a third')).toBe('a')
})

/** @see {@link https://github.com/ndycode/codex-multi-auth/issues/509} */
test('in order, one account is drained before the next, and rests until its reset', async () => {
  const {ask, failures, rests} = startPool([A, B])
  const first = [await ask('one'), await ask('two'), await ask('three')]
  failures['a'] = createLimitError(NOW_MS + DAY_MS)

  expect(first).toEqual(['a', 'a', 'a'])
  expect(await ask('four')).toBe('b')
  expect(rests.get('a')?.untilMs).toBe(NOW_MS + DAY_MS)
})

/** @see {@link https://github.com/openai/codex/issues/41615} */
test('a conversation that moves is announced once, also when the usage says so before a refusal does', async () => {
  const {ask, asked, clock, setUsed, switches} = startPool([A, B])
  await ask('talk')
  clock.nowMs += 1
  setUsed('a', 100)

  expect([await ask('talk'), await ask('talk')]).toEqual(['b', 'b'])

  expect(asked).toEqual(['a', 'b (foreign)', 'b (foreign)'])
  expect(switches).toMatchObject([{from: {id: 'a'}, to: {id: 'b'}, reason: 'usage_limit'}])
})

/** @see {@link https://github.com/stablyai/orca/issues/10137} */
test.each([
  ['a lost connection', new NetworkError('lost')],
  ['an overload', createRefusal(503, 'server_is_overloaded')],
  ['a server error', createRefusal(500)],
  ['too many requests', createRefusal(429, 'rate_limit_exceeded')],
  ['a request that is refused', createRefusal(400, 'context_length_exceeded')],
])('%s is not repeated with another account', async (_name, failure) => {
  const {ask, asked, failures, rests} = startPool([A, B])
  failures['a'] = failure

  await expect(ask()).rejects.toBe(failure)

  expect(asked).toEqual(['a'])
  expect(rests.get('a')).toBeUndefined()
})
