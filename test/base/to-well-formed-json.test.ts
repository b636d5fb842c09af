import {expect, test} from 'vitest'
import {toWellFormedJson} from '../../src/base/to-well-formed-json.ts'

test.each([
  ['a \ud83d', '"a \uFFFD"'],
  ['\ude00 a', '"\uFFFD a"'],
  [{'k\ud83d': [{text: '\udc00'}]}, '{"k\uFFFD":[{"text":"\uFFFD"}]}'],
  ['😀', '"😀"'],
  [String.raw`\ud83d`, String.raw`"\\ud83d"`],
  [{a: undefined, b: null, c: 1}, '{"b":null,"c":1}'],
  [JSON.parse('{"__proto__":"\\ud83d"}'), '{"__proto__":"\uFFFD"}'],
])('%j is written so that every server reads it', (value, expected) => {
  expect(toWellFormedJson(value)).toBe(expected)
})
