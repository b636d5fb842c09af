import {expect, test} from 'vitest'
import {createUsageBook} from '../../../src/accounts/usage/usage-book.ts'
import {createUsageWarnings} from '../../../src/accounts/usage/usage-warnings.ts'
import {warnOfLimits} from '../../../src/accounts/usage/warn-of-limits.ts'
import {StorageError} from '../../../src/errors.ts'
import {toLocalTime} from '../../../src/base/local-time.ts'
import {ACCOUNT, NOW_MS} from '../../support/engine/create-backend.ts'
import {createReading, WEEK} from '../../support/accounts/create-usage.ts'
import {createMemoryAccountStore} from '../../support/memory/memory-account-store.ts'
import {rejectionOf} from '../../support/rejection.ts'

const HOUR_MS = 3_600_000
const UNTIL = toLocalTime(NOW_MS + HOUR_MS)

function start() {
  const usage = createUsageBook({now: () => NOW_MS})
  const warnings = createUsageWarnings()
  const store = createMemoryAccountStore(ACCOUNT)
  const told: string[] = []
  const options = {
    store,
    memory: {usage, warnings},
    tell: (sentence: string) => void told.push(sentence),
  }
  const use = (...windows: Parameters<typeof createReading>[1][]) =>
    usage.update(ACCOUNT.id, createReading({}, ...windows))
  return {options, store, told, use}
}

test('nothing known, and much left, is nothing to say', async () => {
  const {options, told, use} = start()
  await warnOfLimits(ACCOUNT.id, options)
  use({usedPercent: 74})
  await warnOfLimits(ACCOUNT.id, options)
  expect(told).toEqual([])
})

test('each threshold is said once, whatever the answers in between say', async () => {
  const {options, told, use} = start()
  for (const usedPercent of [75, 80, 90, 94, 96]) {
    use({usedPercent})
    await warnOfLimits(ACCOUNT.id, options)
  }
  expect(told).toEqual([
    `ada@example.com has 25 % left of its 5 h limit. It resets on ${UNTIL}.`,
    `ada@example.com has 10 % left of its 5 h limit. It resets on ${UNTIL}.`,
    `ada@example.com has 4 % left of its 5 h limit. It resets on ${UNTIL}.`,
  ])
})

test('every limit is said for itself', async () => {
  const {options, told, use} = start()
  use({usedPercent: 92}, {usedPercent: 80, windowSeconds: WEEK})
  await warnOfLimits(ACCOUNT.id, options)
  expect(told).toEqual([
    `ada@example.com has 8 % left of its 5 h limit. It resets on ${UNTIL}.`,
    `ada@example.com has 20 % left of its weekly limit. It resets on ${UNTIL}.`,
  ])
})

test('of a limit that is spent, the answer tells, and no warning does', async () => {
  const {options, told, use} = start()
  use({usedPercent: 100})
  await warnOfLimits(ACCOUNT.id, options)
  expect(told).toEqual([])
})

test('an account that was logged out meanwhile is not warned of', async () => {
  const {options, store, told, use} = start()
  use({usedPercent: 92})
  await store.remove(ACCOUNT.id)
  await warnOfLimits(ACCOUNT.id, options)
  expect(told).toEqual([])
})

test('what could not be said counts as not said', async () => {
  const {options, store, told, use} = start()
  use({usedPercent: 92})
  const locked = {get: () => Promise.reject(new StorageError('The file is locked'))}
  const failed = warnOfLimits(ACCOUNT.id, {...options, store: locked})
  expect(await rejectionOf(failed)).toBeInstanceOf(StorageError)
  await warnOfLimits(ACCOUNT.id, {...options, store})
  expect(told).toHaveLength(1)
})
