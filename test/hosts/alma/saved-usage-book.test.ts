import {expect, test} from 'vitest'
import {createSavedUsageBook} from '../../../src/hosts/alma/saved-usage-book.ts'
import {NOW_MS} from '../../support/create-backend.ts'
import {createReading} from '../../support/create-usage.ts'
import {createMemoryLog} from '../../support/memory-log.ts'
import {createMemoryStorage} from '../../support/memory-storage.ts'

type Storage = ReturnType<typeof createMemoryStorage>

/** A book whose gathering ends when the test says so. */
function start(storage: Storage) {
  const {log, lines} = createMemoryLog()
  const waits: (() => void)[] = []
  const delay = async () => new Promise<void>((resolve) => void waits.push(resolve))
  const book = createSavedUsageBook({storage, log, now: () => NOW_MS, delay})
  return {book, lines, waits}
}

async function fail(): Promise<never> {
  throw new Error('locked')
}

/** A storage that counts what is written, and fails when told to. */
function createCountedStorage(isFailing = false) {
  const storage = createMemoryStorage()
  const written: unknown[] = []
  const set = async (key: string, value: unknown) => {
    written.push(value)
    return isFailing ? fail() : storage.set(key, value)
  }
  return {storage: {...storage, set, ...(isFailing && {get: fail})}, written}
}

test('many answers in a second are one write', async () => {
  const {storage, written} = createCountedStorage()
  const {book, waits} = start(storage)

  for (let used = 0; used < 50; used += 1) book.update('a', createReading({}, {usedPercent: used}))
  expect(waits).toHaveLength(1)
  waits[0]?.()
  await book.flush()
  await book.flush()

  expect(written).toHaveLength(1)
  const after = start(storage).book
  await after.load()
  expect(after.get('a')).toEqual(book.get('a'))
})

test('a change before the first read does not lose what was saved', async () => {
  const storage = createMemoryStorage()
  const first = start(storage).book
  first.update('a', createReading({}, {}))
  await first.flush()
  const second = start(storage).book

  second.update('b', createReading({}, {}))
  await second.flush()

  const third = start(storage).book
  await third.load()
  expect([...third.list().keys()].toSorted()).toEqual(['a', 'b'])
})

test('a storage that fails costs one warning and nothing else', async () => {
  const {storage, written} = createCountedStorage(true)
  const {book, lines} = start(storage)

  await book.load()
  book.update('a', createReading({}, {}))
  await book.flush()
  book.update('a', createReading({}, {}))
  await book.flush()

  expect(written).toHaveLength(2)
  expect(lines).toEqual(['warn The usage of accounts could not be read or saved {"name":"Error"}'])
  expect(book.get('a')).toBeDefined()
})

test('what an earlier version saved is dropped', async () => {
  const old = {windows: [{name: 'codex (5 h)', usedPercent: 1, resetsAtMs: 2}], takenAtMs: 3}
  const {book, lines} = start(createMemoryStorage({usage: {a: old}}))

  await book.load()

  expect(book.get('a')).toBeUndefined()
  expect(lines).toEqual([])
})
