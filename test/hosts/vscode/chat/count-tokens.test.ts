import {expect, test} from 'vitest'
import {countItemTokens, countTextTokens} from '../../../../src/hosts/vscode/chat/count-tokens.ts'

test.each([
  ['nothing', '', 0],
  ['a letter', 'a', 1],
  ['three letters', 'abc', 1],
  ['four letters', 'abcd', 2],
  ['many letters', 'a'.repeat(370), 100],
  ['characters of another script', '日本語', 3],
  ['both', '日本語 and a', 5],
  ['accents', 'é'.repeat(37), 37],
  ['characters of two units', '😀'.repeat(37), 37],
])('the tokens of %s', (_name, text, tokens) => {
  expect(countTextTokens(text)).toBe(tokens)
})

const TEXT = 'a'.repeat(37)

test('a message costs its parts and a little', () => {
  const content = [
    {type: 'input_text', text: TEXT},
    {type: 'output_text', text: TEXT},
    {type: 'input_image', image_url: 'data:image/png;base64,AQ=='},
  ]
  expect(countItemTokens([{type: 'message', role: 'user', content}])).toBe(1024)
})

test('a call costs its name and its arguments, its result what it says', () => {
  const call = {type: 'function_call', call_id: 'c1', name: 'look', arguments: TEXT}
  expect(countItemTokens([call])).toBe(16)
  expect(countItemTokens([{type: 'function_call_output', call_id: 'c1', output: TEXT}])).toBe(14)
  const output = [
    {type: 'input_text', text: TEXT},
    {type: 'input_image', image_url: 'data:'},
  ]
  expect(countItemTokens([{type: 'function_call_output', call_id: 'c1', output}])).toBe(1014)
})

test('a document costs about a page for each 100 kB of it', () => {
  const file = {type: 'input_file', filename: 'a.pdf', file_data: 'a'.repeat(250_000)}
  expect(countItemTokens([{type: 'message', role: 'user', content: [file]}])).toBe(3004)
})

test('the tokens of several items are their sum, and of none nothing', () => {
  const item = {type: 'message', content: [{type: 'input_text', text: TEXT}]}
  expect(countItemTokens([item, item])).toBe(28)
  expect(countItemTokens([])).toBe(0)
  expect(countItemTokens([{}, {content: 'odd', output: null}])).toBe(8)
})
