import {describe, expect, test} from 'vitest'
import {
  addName,
  parseRegistry,
  rebuildRegistry,
  removeName,
  toRegistryText,
} from '../../../src/accounts/directories/registry.ts'

test('is written as two-space JSON, with what other versions have put there', () => {
  const registry = parseRegistry('{"new":{"a":1},"accounts":["b"],"default_account":"b"}')!
  expect(toRegistryText(addName(registry, 'c'))).toBe(
    `{
  "new": {
    "a": 1
  },
  "accounts": [
    "b",
    "c"
  ],
  "default_account": "b"
}
`,
  )
})

test('keeps valid, unique, trimmed names, and knows only a default that is among them', () => {
  const accounts = [' a ', 'a', 'b c', '', 5, null, '__proto__', 'd.e', 'F-1_']
  expect(parseRegistry(JSON.stringify({accounts, default_account: 'gone'}))).toMatchObject({
    names: ['a', '__proto__', 'F-1_'],
    defaultName: 'a',
  })
  expect(parseRegistry('{"accounts":[],"default_account":"a"}')).toMatchObject({
    names: [],
    defaultName: null,
  })
})

test.each(['', 'null', '[]', '5', '{}', '{"accounts":"a"}', '{"accounts":["a"],"def', '\u0000'])(
  '%j is damaged, and not empty',
  (text) => {
    expect(parseRegistry(text)).toBeUndefined()
  },
)

describe('a damaged one', () => {
  const text = '{"default_account": "c", "accounts": ["b", "gone", "c", "a/../x'

  test('is rebuilt from the folders, those that it names first', () => {
    expect(rebuildRegistry(text, ['z', 'a', 'c', 'b', 'x'])).toEqual({
      names: ['b', 'c', 'a', 'x', 'z'],
      defaultName: 'c',
      file: {},
    })
  })

  test('that says nothing is the folders in the order of their names', () => {
    expect(rebuildRegistry('', ['b', 'a'])).toMatchObject({names: ['a', 'b'], defaultName: 'a'})
    expect(rebuildRegistry('null', [])).toMatchObject({names: [], defaultName: null})
  })
})

test('the first account becomes the default, and so does the first of the others after it', () => {
  const one = addName(parseRegistry('{"accounts":[]}')!, 'a')
  const two = addName(one, 'b')
  expect([one.defaultName, two.defaultName]).toEqual(['a', 'a'])
  expect(addName(two, 'b')).toBe(two)
  expect(removeName(two, 'a')).toMatchObject({names: ['b'], defaultName: 'b'})
  expect(removeName(one, 'a')).toMatchObject({names: [], defaultName: null})
})
