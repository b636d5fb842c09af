import {expect, test} from 'vitest'
import {createUsageCache} from '../../../src/hosts/alma/usage-cache.ts'
import {createMemoryStorage} from '../../support/memory-storage.ts'

const USAGE = {
  windows: [{name: 'codex (5 h)', usedPercent: 1, resetsAtMs: 2}],
  limitReached: false,
  takenAtMs: 3,
}

test('keeps what is known about the others, and forgets those that are gone', async () => {
  const storage = createMemoryStorage()
  const cache = createUsageCache(storage)
  await cache.update(new Map([['gone', USAGE]]), ['gone'])
  await cache.update(new Map([['a', USAGE]]), ['a', 'b'])

  await cache.update(new Map([['b', {...USAGE, takenAtMs: 4}]]), ['a', 'b'])

  expect(await createUsageCache(storage).list()).toEqual(
    new Map([
      ['a', USAGE],
      ['b', {...USAGE, takenAtMs: 4}],
    ]),
  )
})

test.each([
  'garbage',
  null,
  [1],
  {a: 7, b: {windows: 'x', takenAtMs: 1}, c: {windows: [{}], takenAtMs: 1}},
  {a: {windows: [{name: 'x', usedPercent: 1, resetsAtMs: 1e300}], takenAtMs: 1}},
])('garbage in the storage (%j) counts as nothing known', async (value) => {
  expect(await createUsageCache(createMemoryStorage({usage: value})).list()).toEqual(new Map())
})

test('a storage that cannot be read counts as nothing known', async () => {
  const storage = {...createMemoryStorage(), get: async () => Promise.reject(new Error('locked'))}

  expect(await createUsageCache(storage).list()).toEqual(new Map())
})
