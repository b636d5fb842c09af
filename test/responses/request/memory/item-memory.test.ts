import {expect, test} from 'vitest'
import {createItemMemory} from '../../../../src/responses/request/memory/item-memory.ts'

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

test('what is exported can be imported, in the same order of use', () => {
  const items = createItemMemory()
  items.remember({id: 'a', text: 'x'}, 40)
  items.remember({id: 'b'}, 40)
  items.recall('a')

  const later = createItemMemory(30)

  expect(later.import(items.export())).toBe(true)
  expect(later.recall('a')).toEqual({id: 'a', text: 'x'})
  expect(later.recall('b')).toBeUndefined()
})

test('the export is bounded, and keeps what was used last', () => {
  const items = createItemMemory()
  items.remember({id: 'a'}, 40)
  items.remember({id: 'b'}, 40)
  items.remember({id: 'c'}, 40)

  const later = createItemMemory()
  later.import(items.export(100))

  expect([later.recall('a'), later.recall('b'), later.recall('c')]).toEqual([
    undefined,
    {id: 'b'},
    {id: 'c'},
  ])
})

test('what was remembered before the import is newer than what it brings', () => {
  const earlier = createItemMemory()
  earlier.remember({id: 'a', text: 'old'}, 20)
  earlier.remember({id: 'b'}, 20)
  const items = createItemMemory(60)
  items.remember({id: 'a', text: 'new'}, 50)

  items.import(earlier.export())

  expect(items.recall('a')).toEqual({id: 'a', text: 'new'})
})

test.each([
  undefined,
  null,
  7,
  '',
  'garbage',
  '[]',
  '{"version":2,"items":[]}',
  '{"version":1,"items":{}}',
  '{"version":1,"items":[{"id":"b"},7]}',
])('an import of %j is refused and changes nothing', (exported) => {
  const items = createItemMemory()
  items.remember({id: 'a'}, 10)

  expect(items.import(exported)).toBe(false)
  expect(items.recall('a')).toEqual({id: 'a'})
  expect(items.recall('b')).toBeUndefined()
})

test('for whom reasoning was made outlives a restart, up to a limit', () => {
  const items = createItemMemory()
  for (let index = 0; index < 5001; index += 1) {
    items.rememberOwner({encrypted_content: `${'x'.repeat(500)}${index}`}, 'ada')
  }
  items.rememberOwner({encrypted_content: 'again'}, 'ada')
  items.rememberOwner({encrypted_content: 'again'}, 'bob')
  items.rememberOwner({type: 'message'}, 'ada')

  const later = createItemMemory()
  later.rememberOwner({encrypted_content: 'newer'}, 'eve')
  later.import(items.export())

  const [oldest, kept] = ['0', '4500'].map((end) => `${'x'.repeat(500)}${end}`)
  expect([items.ownerOf(oldest!), items.ownerOf(kept!)]).toEqual([undefined, 'ada'])
  expect([later.ownerOf(oldest!), later.ownerOf(kept!)]).toEqual([undefined, 'ada'])
  expect(['again', 'newer', 'other'].map((one) => later.ownerOf(one))).toEqual([
    'bob',
    'eve',
    undefined,
  ])
})
