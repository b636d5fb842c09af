import {expect, test} from 'vitest'
import {toPlainText} from '../../src/base/plain-text.ts'

test.each([
  [
    'plain words stay',
    'The model is busy. Try again at 14:03 – 50 %.',
    'The model is busy. Try again at 14:03 – 50 %.',
  ],
  ['other scripts stay', 'Größe 漢字 😀 שלום', 'Größe 漢字 😀 שלום'],
  ['colours', '\u001B[1;31mred\u001B[0m text', 'red text'],
  ['a cleared screen', 'a\u001B[2J\u001B[Hb', 'ab'],
  ['a title', 'a\u001B]0;evil\u0007b', 'ab'],
  ['a link', '\u001B]8;;https://evil.test\u001B\\here\u001B]8;;\u001B\\', 'here'],
  ['sequences of one byte', 'a\u009B31mb\u009D0;evil\u009Cc', 'abc'],
  ['a sequence without an end', 'a\u001B]0;evil', 'a'],
  ['a lone escape', 'a\u001Bcb', 'ab'],
  ['control characters', 'a\u0000\u0008\u007F\u0085b', 'a b'],
  ['lines and tabs', ' one\r\n\ttwo\u2028three ', 'one two three'],
  ['turned text', 'abc\u202Egpj.exe\u2066\u200B\uFEFF', 'abcgpj.exe'],
  ['half a character', 'a\uD83Db', 'ab'],
  ['nothing', '', ''],
])('shows one line of visible characters: %s', (_, text, expected) => {
  expect(toPlainText(text)).toBe(expected)
})

test.each([
  [
    'a JSON Web Token',
    'Token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is bad',
    'Token [hidden] is bad',
  ],
  ['a part of one', 'Token eyJhbGciOiJSUzI1NiJ9', 'Token [hidden]'],
  [
    'an API key',
    'Incorrect API key provided: sk-proj-abcdefghijklmnop',
    'Incorrect API key provided: [hidden]',
  ],
  ['a refresh token', 'rt_1234567890abcdefgh', '[hidden]'],
  [
    'an authorization header',
    'Authorization: Bearer abcdefgh12345',
    'Authorization: Bearer [hidden]',
  ],
  ['encrypted content', 'item gAAAABm1234567890 broke', 'item [hidden] broke'],
  ['a word drawn by chance', 'x aB3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb7cDe0fGh3i y', 'x [hidden] y'],
])('hides %s', (_, text, expected) => {
  expect(toPlainText(text)).toBe(expected)
})

test.each([
  'mcp__some_server_with_a_long_name__and_a_tool_with_a_longer_one',
  '0b6c9f4e-7a50-4cc9-9d3e-5b6f3c1b2a10',
  'ada.lovelace@a-rather-long-company-name.example.com',
])('does not take %s for a secret', (text) => {
  expect(toPlainText(text)).toBe(text)
})

test('ends what is too long, never in the middle of a character', () => {
  expect(toPlainText('abcdef', 4)).toBe('abc…')
  expect(toPlainText('ab😀def', 4)).toBe('ab…')
  expect(toPlainText('a '.repeat(1000))).toHaveLength(500)
})

test('hides a token that is longer than what is shown', () => {
  expect(toPlainText(`eyJ${'a'.repeat(30_000)}`, 100)).toBe('[hidden]')
})
