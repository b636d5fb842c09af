/**
 * One truth about who has no quota until when, whoever says it: refusals, windows, the usage, other programs.
 */
import {expect, test} from 'vitest'
import {toEnded, withoutOver} from '../../src/accounts/directories/find-cooldown.ts'
import {isWorthAsking} from '../../src/accounts/usage/account-headroom.ts'
import {BackendResponseError} from '../../src/errors.ts'
import {NOW_MS} from '../support/create-backend.ts'
import {createUsage, createWindow} from '../support/create-usage.ts'
import {createAccount, createLimitError, HOUR_MS, startPool} from '../support/start-pool.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * HOUR_MS
const FREE = createUsage({checkedAtMs: NOW_MS})

test.each([undefined, NOW_MS + HOUR_MS])(
  'a refusal with the reset %j lasts as long as the last of the full windows',
  async (resetsAtMs) => {
    const {clock, limits, pool, setUsed} = startPool([createAccount('a'), createAccount('b')])
    const asked: string[] = []
    const ask = async () =>
      pool.run(undefined, async ({account: {id}}) => {
        asked.push(id)
        if (id === 'b') return
        // The headers of the refusal come first.
        setUsed('a', 100, NOW_MS + 5 * DAY_MS)
        throw createLimitError(resetsAtMs)
      })

    await ask()
    clock.nowMs += DAY_MS
    await ask()

    expect(limits.until('a')).toBe(NOW_MS + 5 * DAY_MS)
    expect(asked).toEqual(['a', 'b', 'b'])
  },
)

test('of two refusals of the same moment the longer one counts', async () => {
  const {clock, limits, pool} = startPool([createAccount('a'), createAccount('b')])
  const refuse = async (afterMs: number, answer: Promise<unknown>) =>
    pool.run(undefined, async ({account}) => {
      if (account.id === 'b') return
      await answer
      clock.nowMs += 10
      throw createLimitError(clock.nowMs + afterMs)
    })
  const strong = refuse(36_000_000, Promise.resolve())
  const weak = refuse(60_000, strong)

  await weak

  expect(limits.until('a')).toBe(NOW_MS + 10 + 36_000_000)
})

test('an account that asks to be left alone for longer than a request waits gives way to the next', async () => {
  const {ask, asked, clock, failures, limits, why} = startPool([
    createAccount('a'),
    createAccount('b'),
  ])
  const refusal = {status: 429, retryAfterMs: 20 * MINUTE_MS}
  failures['a'] = new BackendResponseError('refused', {refusal})

  expect([await ask(), await ask()]).toEqual(['b', 'b'])
  expect(asked).toEqual(['a', 'b', 'b'])
  expect(limits.get('a')).toEqual({reason: 'rate_limit', untilMs: NOW_MS + 20 * MINUTE_MS})
  expect(why()?.[0]).toMatch(/^a@example\.com has sent too many requests at once \(rests until/)
  clock.nowMs += 20 * MINUTE_MS
  delete failures['a']
  expect(await ask()).toBe('a')
})

test('each account that is passed over because it rests is told of', async () => {
  const told: string[] = []
  const {ask, limits} = startPool([createAccount('a'), createAccount('b')], {
    onResting: (id) => void told.push(id),
  })
  limits.park('a', NOW_MS + HOUR_MS)

  await ask()

  expect(told).toEqual(['a'])
})

test('usage that was asked for after a cooldown was written takes it back', () => {
  const told = {
    cooldownUntilMs: NOW_MS + 5 * DAY_MS,
    lastQuotaAtMs: NOW_MS - 2 * DAY_MS,
    lastError: 'usage_limit_reached',
    consecutiveFailures: 1,
  }

  expect(withoutOver(told, FREE)).toEqual({
    lastQuotaAtMs: NOW_MS - 2 * DAY_MS,
    consecutiveFailures: 1,
  })
  expect(toEnded(told, FREE)).toEqual({cooldownUntilMs: null, lastError: null})
  expect(withoutOver({cooldownUntilMs: NOW_MS + 5 * DAY_MS}, FREE)).toEqual({})
})

test.each([
  ['is not known', undefined],
  ['was never asked for', createUsage()],
  ['was asked for before', createUsage({checkedAtMs: NOW_MS - 2 * DAY_MS - 1})],
  ['may lag', createUsage({checkedAtMs: NOW_MS - 2 * DAY_MS + 59_999})],
  ['is full', createUsage({checkedAtMs: NOW_MS, windows: [createWindow({usedPercent: 100})]})],
])('usage that %s takes nothing back', (_name, usage) => {
  const told = {cooldownUntilMs: NOW_MS + 5 * DAY_MS, lastQuotaAtMs: NOW_MS - 2 * DAY_MS}

  expect(withoutOver(told, usage)).toEqual(told)
  expect(toEnded(told, usage)).toEqual({})
})

test('who was refused several times in a row is believed to have no quota for longer', () => {
  const told = {cooldownUntilMs: NOW_MS + DAY_MS, lastQuotaAtMs: NOW_MS - 4 * MINUTE_MS}

  expect(withoutOver({...told, consecutiveFailures: 1}, FREE)).not.toEqual(told)
  expect(toEnded({...told, consecutiveFailures: 2}, FREE)).toEqual({})
})

test('the usage of an account that rests is asked for after a minute, and less and less often', () => {
  const news = {learnedAtMs: NOW_MS, refusals: 1}
  const asked: number[] = []
  let checkedAtMs = 0
  for (let minutes = 0; minutes <= 300; minutes += 1) {
    const nowMs = NOW_MS + minutes * MINUTE_MS
    if (!isWorthAsking(news, createUsage({checkedAtMs}), nowMs)) continue
    asked.push(minutes)
    checkedAtMs = nowMs
  }

  expect(asked).toEqual([1, 2, 3, 4, 6, 8, 11, 15, 20, 27, 36, 48, 64, 86, 115, 154, 206, 266])
})
