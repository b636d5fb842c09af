import {expect, test} from 'vitest'
import {createAccountMemory} from '../../src/storage/account-memory.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {createReading} from '../support/accounts/create-usage.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemoryStorage} from '../support/memory/memory-storage.ts'

function start(storage = createMemoryStorage()) {
  const {log} = createMemoryLog()
  return createAccountMemory({storage, log, now: () => NOW_MS})
}

test('what is known and wanted of accounts is kept over a restart', async () => {
  const storage = createMemoryStorage()
  const memory = start(storage)
  memory.preferences.change('a', {isPaused: true})
  memory.rests.note('a', {untilMs: NOW_MS + 1, reason: 'deactivated'})
  memory.usage.update('a', createReading({}, {usedPercent: 96}))
  const [warning] = memory.warnings.notice('a', memory.usage.get('a')!)
  await memory.flush()

  const later = start(storage)
  await later.load()

  expect(warning?.threshold).toBe(5)
  expect(later.preferences.of('a').isPaused).toBe(true)
  expect(later.rests.get('a')).toMatchObject({reason: 'deactivated', untilMs: NOW_MS + 1})
  expect(later.usage.get('a')?.windows).toMatchObject([{usedPercent: 96}])
  expect(later.warnings.notice('a', later.usage.get('a')!)).toEqual([])
})

test('who watches hears of every change, of what is known and of what is wanted', () => {
  const memory = start()
  const heard: string[] = []
  memory.watch(() => void heard.push('change'))

  memory.preferences.prefer('a')
  memory.rests.note('a', {untilMs: NOW_MS + 1})

  expect(heard).toEqual(['change', 'change'])
})
