import {createHash} from 'node:crypto'
import {expect, test} from 'vitest'
import {
  createKey,
  findKey,
  isKey,
  parseKeys,
  toKeysText,
} from '../../../src/gateway/keys/client-key.ts'

const WISH = {name: 'laptop', class: 'interactive', scopes: ['answers']} as const

test('of a key, only its hash is kept', () => {
  const {key, record} = createKey(WISH, 1_800_000_000_000)
  const text = toKeysText([record])

  expect(key).toMatch(/^cao_[\w-]{43}$/)
  expect(isKey(key)).toBe(true)
  expect(text).not.toContain(key.slice(4))
  expect(record.hash).toBe(createHash('sha256').update(key).digest('hex'))
  expect(parseKeys(text)).toEqual([record])
})

test('a key is found among others, and nothing that only looks like it', () => {
  const [first, second] = [createKey(WISH, 1), createKey(WISH, 2)]
  const records = [first.record, second.record]

  expect(findKey(records, second.key)).toBe(second.record)
  expect(findKey(records, createKey(WISH, 3).key)).toBeUndefined()
  expect(findKey(records, second.record.hash)).toBeUndefined()
  expect(findKey([{...second.record, hash: ''}], '')).toBeUndefined()
})

test('what cannot be read of a record allows nothing', () => {
  const {record} = createKey({...WISH, models: ['gpt-5.5'], expiresAtMs: 5}, 1)
  const parse = (change: object) => parseKeys(JSON.stringify({keys: [{...record, ...change}]}))

  expect(parse({})).toEqual([record])
  expect(parse({expiresAtMs: 'soon'})).toEqual([])
  expect(parse({models: 'gpt-5.5'})).toEqual([])
  expect(parse({hash: 7})).toEqual([])
  expect(parse({class: 'root'})).toEqual([])
  expect(parse({scopes: ['everything', 'images']})).toEqual([{...record, scopes: ['images']}])
  expect(parseKeys('[]')).toBeUndefined()
  expect(parseKeys('{"keys": [')).toBeUndefined()
})
