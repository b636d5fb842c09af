import {expect, test} from 'vitest'
import {createSavedState} from '../../src/storage/saved-state.ts'
import {createMemoryLog} from '../support/memory-log.ts'
import {createMemoryStorage} from '../support/memory-storage.ts'

/** A state of one text. The clock stands still until the test lets it go on. */
function start(storage = createMemoryStorage()) {
  const {log, lines} = createMemoryLog()
  const part = {text: ''}
  const written: unknown[] = []
  const timers: (() => void)[] = []
  const saved = createSavedState({
    key: 'state',
    storage: {
      ...storage,
      set: async (key: string, value: unknown) => {
        written.push(value)
        await storage.set(key, value)
      },
    },
    log,
    export: () => part.text,
    import: (text) => void (part.text ||= typeof text === 'string' ? text : ''),
    delay: async () => new Promise<void>((resolve) => void timers.push(resolve)),
  })
  const change = (text: string) => {
    part.text = text
    saved.changed()
  }
  return {change, lines, part, saved, storage, timers, written}
}

test('what was saved is there after a restart', async () => {
  const {change, saved, storage} = start()
  change('kept')
  await saved.flush()

  const later = start(storage)
  await later.saved.load()

  expect(later.part.text).toBe('kept')
})

test('many changes in a moment are one write', async () => {
  const {change, saved, timers, written} = start()
  change('one')
  change('two')
  change('three')
  expect([written, timers.length]).toEqual([[], 1])

  timers[0]?.()
  await saved.flush()

  expect(written).toEqual(['three'])
})

test('what was saved before is read before anything is written', async () => {
  const storage = createMemoryStorage({state: 'from before'})
  const {part, saved, written} = start(storage)
  saved.changed()

  await saved.flush()

  expect(part.text).toBe('from before')
  expect(written).toEqual(['from before'])
})

test('nothing is written when nothing was changed', async () => {
  const {saved, written} = start()

  await saved.load()
  await saved.flush()

  expect(written).toEqual([])
})

async function fail(): Promise<never> {
  throw new Error('locked')
}

test('a storage that fails is told once, and keeps what is in memory', async () => {
  const {change, lines, part, saved} = start({...createMemoryStorage(), get: fail, set: fail})

  await saved.load()
  change('one')
  await saved.flush()
  change('two')
  await saved.flush()

  expect(part.text).toBe('two')
  expect(lines).toEqual([
    'warn What is known about the accounts could not be read or saved {"key":"state","name":"Error"}',
  ])
})

test('what could not be read is not overwritten, and is read the next time', async () => {
  const working = createMemoryStorage({state: 'from before'})
  const failures = [fail]
  const get = async <Value>(key: string) => {
    await failures.shift()?.()
    return working.get<Value>(key)
  }
  const {part, saved, written} = start({...working, get})
  await saved.load()
  saved.changed()
  expect(written).toEqual([])

  await saved.flush()

  expect(part.text).toBe('from before')
  expect(written).toEqual(['from before'])
})

test('while the storage cannot be read, nothing is written', async () => {
  const {change, saved, written} = start({...createMemoryStorage(), get: fail})

  change('one')
  await saved.flush()

  expect(written).toEqual([])
})
