import {expect, test} from 'vitest'
import {
  createSavedItemMemory,
  type ItemStorage,
} from '../../../../src/responses/request/memory/saved-item-memory.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'

/** A storage whose owner decides when the delay is over. */
function start(saved?: unknown, changes: Partial<ItemStorage> = {}) {
  const written: string[] = []
  const storage: ItemStorage = {
    read: async () => saved,
    write: async (text) => written.push(text),
    ...changes,
  }
  const {log, lines} = createMemoryLog()
  const waits: (() => void)[] = []
  const delay = () => new Promise<void>((resolve) => void waits.push(resolve))
  const items = createSavedItemMemory({storage, log, delay})
  return {items, lines, waits, written}
}

test('an item is recalled after a restart', async () => {
  const first = start()
  first.items.remember({id: 'msg_1', type: 'message'}, 30)
  await first.items.flush()

  const second = start(first.written[0])
  await second.items.flush()

  expect(second.items.recall('msg_1')).toEqual({id: 'msg_1', type: 'message'})
  expect(second.lines).toEqual([])
})

test('many changes are saved once, some time after the first', async () => {
  const {items, waits, written} = start()
  items.remember({id: 'a'}, 10)
  items.remember({id: 'b'}, 10)
  await items.flush()
  expect(written).toHaveLength(1)
  expect(waits).toHaveLength(1)

  items.remember({id: 'c'}, 10)
  expect(written).toHaveLength(1)
  waits[0]?.()

  await expect.poll(() => written).toHaveLength(2)
  expect(written[1]).toContain('"c"')
})

test('nothing is written while nothing changes', async () => {
  const {items, written} = start()

  await items.flush()

  expect(written).toEqual([])
})

test('a save never overwrites what is not read yet', async () => {
  const answers: ((saved: unknown) => void)[] = []
  const read = () => new Promise((resolve) => void answers.push(resolve))
  const {items, written} = start(undefined, {read})
  items.remember({id: 'new'}, 10)

  const flushed = items.flush()
  await expect.poll(() => answers).toHaveLength(1)
  answers[0]?.('{"version":1,"items":[{"id":"old"}]}')
  await flushed

  expect(written).toEqual(['{"version":1,"items":[{"id":"old"},{"id":"new"}],"owners":{}}'])
})

test('garbage in the storage is ignored with a warning', async () => {
  const {items, lines} = start('{"secret":')

  await items.flush()

  expect(lines).toEqual(['warn Saved conversation items are ignored: they have an unknown form'])
})

function fail(): Promise<never> {
  return Promise.reject(new TypeError('a secret path'))
}

test('a storage that fails costs a warning, and the memory works on', async () => {
  const {items, lines} = start(undefined, {read: fail, write: fail})
  items.remember({id: 'a'}, 10)

  await items.flush()

  expect(items.recall('a')).toEqual({id: 'a'})
  expect(lines).toEqual(['warn Conversation items could not be read or saved {"name":"TypeError"}'])
})
