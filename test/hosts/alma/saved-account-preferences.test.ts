import {setImmediate} from 'node:timers/promises'
import {expect, test} from 'vitest'
import {createSavedAccountPreferences} from '../../../src/hosts/alma/saved-account-preferences.ts'
import {createMemoryLog} from '../../support/memory-log.ts'
import {createMemoryStorage} from '../../support/memory-storage.ts'

test('what is wanted of accounts is kept over a restart', async () => {
  const storage = createMemoryStorage()
  const {log} = createMemoryLog()
  createSavedAccountPreferences({storage, log}).change('a', {isPaused: true})

  const later = createSavedAccountPreferences({storage, log})
  await later.load()

  expect(later.of('a').isPaused).toBe(true)
})

async function fail(): Promise<never> {
  throw new Error('locked')
}

test('a storage that fails costs a warning, and the change counts until the next start', async () => {
  const storage = {...createMemoryStorage(), get: fail, set: fail}
  const {log, lines} = createMemoryLog()
  const preferences = createSavedAccountPreferences({storage, log})

  await preferences.load()
  preferences.prefer('a')
  await setImmediate()

  expect(preferences.preferredId()).toBe('a')
  expect(lines).toEqual([
    'warn Preferences for accounts could not be read or saved {"name":"Error"}',
    'warn Preferences for accounts could not be read or saved {"name":"Error"}',
  ])
})
