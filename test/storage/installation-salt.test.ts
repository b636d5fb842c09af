import {expect, test} from 'vitest'
import {createInstallationSalt} from '../../src/storage/installation-salt.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'

function createStorage(saved: unknown) {
  const values = new Map([['installation', saved]])
  return {
    values,
    get: async <Value>(key: string) => values.get(key) as Value | undefined,
    set: async (key: string, value: unknown) => void values.set(key, value),
  }
}

async function fail(): Promise<never> {
  throw new Error('full')
}

test('an installation keeps its salt, and another has another', async () => {
  const {log} = createMemoryLog()
  const storage = createStorage(undefined)
  const first = await createInstallationSalt({storage, log})()

  expect(await createInstallationSalt({storage, log})()).toBe(first)
  expect(await createInstallationSalt({storage: createStorage(7), log})()).not.toBe(first)
  expect(first).toMatch(/^[\da-f-]{36}$/)
})

test('requests at once share one salt', async () => {
  const {log} = createMemoryLog()
  const salt = createInstallationSalt({storage: createStorage(undefined), log})

  const [one, other] = await Promise.all([salt(), salt()])

  expect(one).toBe(other)
})

test('a storage that fails costs a warning and no request', async () => {
  const {log, lines} = createMemoryLog()

  expect(await createInstallationSalt({storage: {get: fail, set: fail}, log})()).toHaveLength(36)
  expect(lines).toHaveLength(1)
})
