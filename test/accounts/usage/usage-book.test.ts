import {expect, test} from 'vitest'
import {createUsageBook} from '../../../src/accounts/usage/usage-book.ts'
import {NOW_MS} from '../../support/engine/create-backend.ts'
import {createReading} from '../../support/accounts/create-usage.ts'

function start(saved?: unknown) {
  const clock = {nowMs: NOW_MS}
  const changes: string[] = []
  const book = createUsageBook({
    now: () => clock.nowMs,
    onChange: (accountId) => void changes.push(accountId),
  })
  book.import(saved)
  return {book, changes, clock}
}

const FULL = createReading(
  {source: 'usage', plan: 'plus', credits: {hasCredits: true, unlimited: false, balance: 12.5}},
  {usedPercent: 100},
)

test('shows each account as it is now', () => {
  const {book, clock} = start()

  expect(book.update('a', FULL).windows).toMatchObject([{usedPercent: 100}])
  clock.nowMs += 3_600_000

  expect(book.get('a')?.windows).toMatchObject([{usedPercent: 0}])
  expect([...book.list().keys()]).toEqual(['a'])
  expect(book.get('b')).toBeUndefined()
})

test('what was noted while the clock was ahead does not outlast the error', () => {
  const {book, clock} = start()
  clock.nowMs += 7 * 24 * 3_600_000
  book.update('a', {...FULL, takenAtMs: clock.nowMs})
  clock.nowMs = NOW_MS

  expect(book.get('a')).toBeUndefined()
  const usage = book.update('a', createReading({source: 'usage'}, {usedPercent: 5}))
  expect(usage).toMatchObject({takenAtMs: NOW_MS, windows: [{usedPercent: 5}]})
})

test('says which account has changed', () => {
  const {book, changes} = start()

  book.update('a', FULL)
  book.forget('a')
  book.forget('a')

  expect(changes).toEqual(['a', 'a'])
  expect(book.get('a')).toBeUndefined()
})

test('is kept over a restart; what is known already stays', () => {
  const first = start()
  first.book.update('a', FULL)
  first.book.update('b', {
    ...FULL,
    limitReached: true,
    reachedType: 'rate_limit_reached',
    resetCredits: 1,
    spendControl: {reached: true, usedPercent: 100, resetsAtMs: NOW_MS + 5},
  })
  const second = start()
  second.book.update('a', createReading({}, {usedPercent: 3}))

  second.book.import(first.book.export())

  expect(second.book.get('a')?.windows).toMatchObject([{usedPercent: 3}])
  expect(second.book.get('b')).toEqual(first.book.get('b'))
})

test('accounts may have any name', () => {
  const first = start()
  first.book.update('__proto__', FULL)

  expect(start(first.book.export()).book.get('__proto__')).toEqual(first.book.get('__proto__'))
  expect(start().book.get('constructor')).toBeUndefined()
})

test.each([
  undefined,
  null,
  'garbage',
  '[]',
  '{"a":7}',
  '{"a":{"windows":"x","takenAtMs":1}}',
  '{"a":{"windows":[],"takenAtMs":1e300}}',
  {a: {windows: [{name: 'codex (5 h)', usedPercent: 1, resetsAtMs: 2}], takenAtMs: 3}},
])('saved usage of %j counts as nothing known', (saved) => {
  expect(start(saved).book.get('a')).toBeUndefined()
})

test('of saved windows, those of an earlier version are left out', () => {
  const old = {name: 'codex (5 h)', usedPercent: 1, resetsAtMs: 2}
  const saved = JSON.stringify({a: {windows: [old, {}, 7], limitReached: false, takenAtMs: 3}})

  expect(start(saved).book.get('a')).toEqual({windows: [], takenAtMs: 3})
})
