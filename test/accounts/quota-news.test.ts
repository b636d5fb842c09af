/**
 * One truth about who has no quota until when, whoever says it: refusals, windows, the usage, other programs.
 */
import {expect, test} from 'vitest'
import {BackendResponseError} from '../../src/errors.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {
  createAccount,
  createLimitError,
  HOUR_MS,
  startPool,
} from '../support/accounts/start-pool.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * HOUR_MS

test.each([undefined, NOW_MS + HOUR_MS])(
  'a refusal with the reset %j lasts as long as the last of the full windows',
  async (resetsAtMs) => {
    const {clock, rests, pool, setUsed} = startPool([createAccount('a'), createAccount('b')])
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

    expect(rests.get('a')?.untilMs).toBe(NOW_MS + 5 * DAY_MS)
    expect(asked).toEqual(['a', 'b', 'b'])
  },
)

test('of two refusals of the same moment the longer one counts', async () => {
  const {clock, rests, pool} = startPool([createAccount('a'), createAccount('b')])
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

  expect(rests.get('a')?.untilMs).toBe(NOW_MS + 10 + 36_000_000)
})

test('an account that asks to be left alone for longer than a request waits gives way to the next', async () => {
  const {ask, asked, clock, failures, rests, why} = startPool([
    createAccount('a'),
    createAccount('b'),
  ])
  const refusal = {status: 429, retryAfterMs: 20 * MINUTE_MS}
  failures['a'] = new BackendResponseError('refused', {refusal})

  expect([await ask(), await ask()]).toEqual(['b', 'b'])
  expect(asked).toEqual(['a', 'b', 'b'])
  expect(rests.get('a')).toMatchObject({reason: 'rate_limit', untilMs: NOW_MS + 20 * MINUTE_MS})
  expect(why()?.[0]).toMatch(/^a@example\.com has sent too many requests at once \(rests until/)
  clock.nowMs += 20 * MINUTE_MS
  delete failures['a']
  expect(await ask()).toBe('a')
})

test('an account that is passed over because its quota is spent is told of, not before a minute', async () => {
  const told: string[] = []
  const {ask, clock, rests} = startPool(
    [createAccount('a'), createAccount('b'), createAccount('c')],
    {
      onResting: (id) => void told.push(id),
    },
  )
  rests.note('a', {untilMs: NOW_MS + HOUR_MS})
  rests.note('b', {untilMs: NOW_MS + HOUR_MS, reason: 'deactivated'})

  clock.nowMs += MINUTE_MS - 1
  await ask()
  expect(told).toEqual([])
  clock.nowMs += 1
  await ask()

  expect(told).toEqual(['a'])
})
