import {expect, test} from 'vitest'
import {createSavedState} from '../../src/storage/saved-state.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemoryStorage} from '../support/memory/memory-storage.ts'

test('a state is exported under its key, and imported after a restart', async () => {
  const storage = createMemoryStorage()
  const {log} = createMemoryLog()
  const imported: unknown[] = []
  const options = {
    key: 'state',
    storage,
    log,
    export: () => 'kept',
    import: (saved: unknown) => void imported.push(saved),
  }
  const saved = createSavedState(options)
  saved.changed()
  await saved.flush()

  await createSavedState(options).load()

  expect(await storage.get('state')).toBe('kept')
  expect(imported).toEqual([undefined, 'kept'])
})

async function fail(): Promise<never> {
  throw new Error('locked')
}

test('a storage that fails is told with the key', async () => {
  const {log, lines} = createMemoryLog()
  const saved = createSavedState({
    key: 'state',
    storage: {...createMemoryStorage(), get: fail},
    log,
    export: () => '',
    import: () => {},
  })

  await saved.load()

  expect(lines).toEqual([
    'warn What is known about the accounts could not be read or saved {"key":"state","name":"Error"}',
  ])
})
