import {expect, test} from 'vitest'
import {toLoginHash, toTokenHash} from '../../../src/accounts/tokens/token-hash.ts'

test('a token is known by the beginning of its SHA-256, also by other versions', () => {
  expect(toTokenHash('refresh-1')).toBe('bd473e5dcdce2510')
})

test('a login without a refresh token is known by its access token', () => {
  const tokens = {accessToken: 'access-1', refreshToken: 'refresh-1', expiresAtMs: 0}
  expect(toLoginHash(tokens)).toBe('bd473e5dcdce2510')
  expect(toLoginHash({...tokens, refreshToken: ''})).toBe('f4c2844f463b5a93')
})
