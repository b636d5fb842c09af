import {expect, test} from 'vitest'
import {createSaver} from '../../src/base/saver.ts'
import {eventually} from '../support/eventually.ts'

/** A storage of one text. */
interface Place {
  text: string | undefined
}

/** A state of one text. The clock stands still until the test lets it go on. */
function start({
  place = {text: undefined},
  read = async () => place.text,
  write = async (text: string) => void (place.text = text),
}: {
  place?: Place
  read?: () => Promise<string | undefined>
  write?: (text: string) => Promise<void>
} = {}) {
  const part = {text: ''}
  const failures: unknown[] = []
  const written: string[] = []
  const timers: (() => void)[] = []
  const saved = createSaver({
    async read() {
      const text = await read()
      part.text ||= text ?? ''
    },
    async write() {
      written.push(part.text)
      await write(part.text)
    },
    gatherMs: 1000,
    onFailure: (error) => void failures.push(error),
    delay: async () => new Promise<void>((resolve) => void timers.push(resolve)),
  })
  const change = (text: string) => {
    part.text = text
    saved.changed()
  }
  return {change, failures, part, place, saved, timers, written}
}

test('what was saved is there after a restart', async () => {
  const {change, place, saved} = start()
  change('kept')
  await saved.flush()

  const later = start({place})
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
  const {part, saved, written} = start({place: {text: 'from before'}})
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

test('only the first failure is told, and what is in memory stays', async () => {
  const {change, failures, part, saved} = start({read: fail})

  await saved.load()
  change('one')
  await saved.flush()
  change('two')
  await saved.flush()

  expect(part.text).toBe('two')
  expect(failures).toEqual([new Error('locked')])
})

test('a change that could not be written is written with the next one', async () => {
  const place: Place = {text: undefined}
  const failures = [fail]
  const {change, saved} = start({
    place,
    async write(text) {
      await failures.shift()?.()
      place.text = text
    },
  })
  change('one')
  await saved.flush()
  expect(place.text).toBeUndefined()

  change('two')
  await saved.flush()

  expect(place.text).toBe('two')
})

test('a change that could not be written is tried again, at most three times before the next change', async () => {
  const place: Place = {text: undefined}
  const waits: number[] = []
  const failures = [fail, fail, fail, fail, fail]
  const tries: string[] = []
  const saver = createSaver({
    read: async () => {},
    async write() {
      tries.push('write')
      await failures.shift()?.()
      place.text = 'kept'
    },
    gatherMs: 1000,
    onFailure: () => {},
    delay: async (milliseconds) => void waits.push(milliseconds),
  })
  saver.changed()
  await eventually(() => expect(tries).toHaveLength(4))
  await saver.flush()
  expect([waits, place.text]).toEqual([[1000, 10_000, 60_000, 300_000], undefined])

  saver.changed()
  await eventually(() => expect(place.text).toBe('kept'))

  expect(tries).toHaveLength(6)
})

test('what could not be read is not overwritten, and is read the next time', async () => {
  const failures = [fail]
  const {part, saved, written} = start({
    async read() {
      await failures.shift()?.()
      return 'from before'
    },
  })
  await saved.load()
  saved.changed()
  expect(written).toEqual([])

  await saved.flush()

  expect(part.text).toBe('from before')
  expect(written).toEqual(['from before'])
})

test('while it cannot be read, nothing is written', async () => {
  const {change, saved, written} = start({read: fail})

  change('one')
  await saved.flush()

  expect(written).toEqual([])
})
