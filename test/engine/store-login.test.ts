import {expect, test} from 'vitest'
import {storeLogin} from '../../src/engine/store-login.ts'
import {createAccountMemory} from '../../src/storage/account-memory.ts'
import {ACCOUNT, NOW_MS} from '../support/engine/create-backend.ts'
import {createReading} from '../support/accounts/create-usage.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemoryStorage} from '../support/memory/memory-storage.ts'

const {id} = ACCOUNT

function createMemory(storage: ReturnType<typeof createMemoryStorage>) {
  return createAccountMemory({storage, log: createMemoryLog().log, now: () => NOW_MS})
}

test('a new login is kept, and what was said of the one before it is not', async () => {
  const storage = createMemoryStorage()
  const before = createMemory(storage)
  before.usage.update(id, createReading({}, {usedPercent: 96}))
  before.rests.note(id, {untilMs: NOW_MS + 1, reason: 'deactivated'})
  before.preferences.change(id, {isPaused: true})
  await before.flush()
  const memory = createMemory(storage)
  const store = createMemoryAccountStore()
  const heard: unknown[] = []
  store.watch(async () => void heard.push(memory.rests.get(id), memory.usage.get(id)))

  await storeLogin(ACCOUNT, {store, memory})

  expect(await store.list()).toEqual([ACCOUNT])
  expect(heard).toEqual([undefined, undefined])
  expect(memory.preferences.of(id).isPaused).toBe(true)
})

test('a login that cannot be kept rejects', async () => {
  const store = createMemoryAccountStore()
  store.failingWrites = 1

  const storing = storeLogin(ACCOUNT, {store, memory: createMemory(createMemoryStorage())})

  await expect(storing).rejects.toThrow('The disk is full')
})
