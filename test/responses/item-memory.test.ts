import {expect, test} from 'vitest'
import {createItemMemory} from '../../src/responses/item-memory.ts'

test('an item is recalled by its id', () => {
  const items = createItemMemory()

  items.remember({id: 'rs_1', type: 'reasoning'}, 30)

  expect(items.recall('rs_1')).toEqual({id: 'rs_1', type: 'reasoning'})
  expect(items.recall('rs_2')).toBeUndefined()
})

test('when it holds too much, what was not used for longest is forgotten', () => {
  const items = createItemMemory(100)
  items.remember({id: 'a'}, 40)
  items.remember({id: 'b'}, 40)
  items.recall('a')

  items.remember({id: 'c'}, 40)

  expect([items.recall('a'), items.recall('b'), items.recall('c')]).toEqual([
    {id: 'a'},
    undefined,
    {id: 'c'},
  ])
})

test('an item that comes again replaces the first one and counts once', () => {
  const items = createItemMemory(100)
  items.remember({id: 'a', text: 'old'}, 60)
  items.remember({id: 'a', text: 'new'}, 60)
  items.remember({id: 'b'}, 40)

  expect(items.recall('a')).toEqual({id: 'a', text: 'new'})
  expect(items.recall('b')).toEqual({id: 'b'})
})

test('an item that is larger than the whole memory, or has no id, is not kept', () => {
  const items = createItemMemory(100)
  items.remember({id: 'a'}, 50)

  items.remember({id: 'huge'}, 101)
  items.remember({type: 'message'}, 10)

  expect(items.recall('huge')).toBeUndefined()
  expect(items.recall('a')).toEqual({id: 'a'})
})
