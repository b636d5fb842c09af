import {expect, test} from 'vitest'
import {createAccountRests} from '../../../src/accounts/rests/account-rests.ts'

function start(saved?: unknown) {
  const clock = {nowMs: 1000}
  const changes: string[] = []
  const rests = createAccountRests({
    now: () => clock.nowMs,
    onChange: () => void changes.push(rests.export()),
  })
  rests.import(saved)
  return {rests, clock, changes}
}

test('an account rests until its limit has passed', () => {
  const {rests, clock} = start()

  expect(rests.note('a', {untilMs: 2000})).toBe(true)
  expect(rests.note('a', {untilMs: 3000})).toBe(false)
  expect(rests.get('a')?.untilMs).toBe(3000)
  expect(rests.get('b')?.untilMs).toBeUndefined()

  clock.nowMs = 3000
  expect(rests.get('a')?.untilMs).toBeUndefined()
  expect(rests.note('a', {untilMs: 4000})).toBe(true)
})

test('fresh news free an account early', () => {
  const {rests, changes} = start()
  rests.note('a', {untilMs: 2000})

  rests.release('a')
  rests.release('a')

  expect(rests.get('a')?.untilMs).toBeUndefined()
  expect(changes).toEqual([
    '{"a":{"reason":"usage_limit","source":"refusal","learnedAtMs":1000,"refusals":1,"untilMs":2000}}',
    '{}',
  ])
})

test('of refusals of the same moment the longer rest stays; what was asked later is newer', () => {
  const {rests, clock} = start()
  rests.note('a', {untilMs: 36_000, askedAtMs: 900})

  clock.nowMs = 1010
  rests.note('a', {untilMs: 2000, askedAtMs: 900})
  expect(rests.get('a')?.untilMs).toBe(36_000)
  rests.note('a', {untilMs: 72_000, askedAtMs: 900})
  expect(rests.get('a')?.untilMs).toBe(72_000)
  rests.note('a', {untilMs: 2000, askedAtMs: 1011})
  expect(rests.get('a')?.untilMs).toBe(2000)
})

test('a rest is kept over a restart with all that is known of it', () => {
  const {rests} = start()
  rests.note('a', {untilMs: 2000, source: 'file', learnedAtMs: 500, refusals: 3})

  expect(start(rests.export()).rests.get('a')).toEqual({
    reason: 'usage_limit',
    untilMs: 2000,
    source: 'file',
    learnedAtMs: 500,
    refusals: 3,
  })
})

test('rests are kept over a restart, without those that have passed', () => {
  const first = start()
  first.rests.note('a', {untilMs: 2000})
  first.rests.note('b', {untilMs: 500})

  const {rests} = start(first.rests.export())

  expect([rests.get('a')?.untilMs, rests.get('b')?.untilMs]).toEqual([2000, undefined])
})

test('the reason is kept over a restart; the earlier form without one is a spent quota', () => {
  const first = start()
  first.rests.note('a', {untilMs: 2000, reason: 'deactivated'})

  expect(start(first.rests.export()).rests.get('a')).toMatchObject({
    reason: 'deactivated',
    untilMs: 2000,
  })
  expect(start('{"a":2000}').rests.get('a')).toMatchObject({reason: 'usage_limit', untilMs: 2000})
})

test.each([undefined, null, 7, 'nonsense', '[]', '{"a":"soon"}', {a: 2000}])(
  'saved rests of %j count as none',
  (saved) => {
    expect(start(saved).rests.get('a')?.untilMs).toBeUndefined()
  },
)

test('an answer ends the rest that was known when it was asked for, and no later one', () => {
  const {rests} = start()
  rests.note('a', {untilMs: 2000})

  rests.answered('a', undefined)
  expect(rests.get('a')?.untilMs).toBe(2000)
  rests.answered('a', rests.get('a'))
  expect(rests.get('a')).toBeUndefined()
})
