import {expect, test} from 'vitest'
import {parseEndpoint} from '../../src/codex/parse-endpoint.ts'

const FALLBACK = 'https://chatgpt.com/backend-api'

test.each([undefined, '', '  '])('%j is the default', (value) => {
  expect(parseEndpoint('CODEX_BACKEND_URL', value, FALLBACK)).toBe(FALLBACK)
})

test.each([
  ['https://example.com/backend-api/', 'https://example.com/backend-api'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  [' http://localhost:1/a// ', 'http://localhost:1/a'],
  ['http://[::1]:7/', 'http://[::1]:7'],
])('%j is taken', (value, expected) => {
  expect(parseEndpoint('CODEX_BACKEND_URL', value, FALLBACK)).toBe(expected)
})

test.each([
  'http://example.com',
  'http://127.0.0.1.example.com',
  'http://localhost@example.com',
  'ftp://127.0.0.1',
  'chatgpt.com',
  'nonsense',
  'https://user:password@example.com',
  'https://example.com/?a=b',
])('%j is refused with the name of the variable, because tokens are sent there', (value) => {
  expect(() => parseEndpoint('CODEX_BACKEND_URL', value, FALLBACK)).toThrow(/^CODEX_BACKEND_URL/)
})
