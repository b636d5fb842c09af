import {expect, test} from 'vitest'
import {createAccountLimits} from '../../src/accounts/account-limits.ts'

function start(saved?: unknown) {
  const clock = {nowMs: 1000}
  const changes: string[] = []
  const limits = createAccountLimits({
    now: () => clock.nowMs,
    onChange: () => void changes.push(limits.export()),
  })
  limits.import(saved)
  return {limits, clock, changes}
}

test('an account rests until its limit has passed', () => {
  const {limits, clock} = start()

  expect(limits.park('a', 2000)).toBe(true)
  expect(limits.park('a', 3000)).toBe(false)
  expect(limits.until('a')).toBe(3000)
  expect(limits.until('b')).toBeUndefined()

  clock.nowMs = 3000
  expect(limits.until('a')).toBeUndefined()
  expect(limits.park('a', 4000)).toBe(true)
})

test('fresh news free an account early', () => {
  const {limits, changes} = start()
  limits.park('a', 2000)

  limits.release('a')
  limits.release('a')

  expect(limits.until('a')).toBeUndefined()
  expect(changes).toEqual([
    '{"a":{"reason":"usage_limit","untilMs":2000,"source":"refusal","learnedAtMs":1000,"refusals":1}}',
    '{}',
  ])
})

test('of refusals of the same moment the longer rest stays; what was asked later is newer', () => {
  const {limits, clock} = start()
  limits.park('a', 36_000, {askedAtMs: 900})

  clock.nowMs = 1010
  limits.park('a', 2000, {askedAtMs: 900})
  expect(limits.until('a')).toBe(36_000)
  limits.park('a', 72_000, {askedAtMs: 900})
  expect(limits.until('a')).toBe(72_000)
  limits.park('a', 2000, {askedAtMs: 1011})
  expect(limits.until('a')).toBe(2000)
})

test('who is refused again after the usage has freed it is remembered, until it answers', () => {
  const {limits} = start()
  limits.park('a', 2000)
  limits.free('a')
  limits.park('a', 2000)
  expect(limits.newsOf('a')).toEqual({source: 'refusal', learnedAtMs: 1000, refusals: 2})

  limits.release('a')
  limits.park('a', 2000)
  expect(limits.newsOf('a')?.refusals).toBe(1)
})

test('how a rest is known is kept over a restart', () => {
  const {limits} = start()
  limits.park('a', 2000, {source: 'file', learnedAtMs: 500})

  expect(start(limits.export()).limits.newsOf('a')).toEqual({
    source: 'file',
    learnedAtMs: 500,
    refusals: 1,
  })
})

test('limits are kept over a restart, without those that have passed', () => {
  const first = start()
  first.limits.park('a', 2000)
  first.limits.park('b', 500)

  const {limits} = start(first.limits.export())

  expect([limits.until('a'), limits.until('b')]).toEqual([2000, undefined])
})

test('the reason is kept over a restart; the earlier form without one is a spent quota', () => {
  const first = start()
  first.limits.park('a', 2000, {reason: 'deactivated'})

  expect(start(first.limits.export()).limits.get('a')).toEqual({
    reason: 'deactivated',
    untilMs: 2000,
  })
  expect(start('{"a":2000}').limits.get('a')).toEqual({reason: 'usage_limit', untilMs: 2000})
})

test.each([undefined, null, 7, 'nonsense', '[]', '{"a":"soon"}', {a: 2000}])(
  'saved limits of %j count as none',
  (saved) => {
    expect(start(saved).limits.until('a')).toBeUndefined()
  },
)
