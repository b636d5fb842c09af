import {expect, test} from 'vitest'
import {toAccountHeaders} from '../../src/codex/account-headers.ts'

const toToken = (claims: object) =>
  ['{}', JSON.stringify({'https://api.openai.com/auth': claims}), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

const GOVERNMENT = toToken({chatgpt_account_is_fedramp: true})
const USUAL = toToken({chatgpt_account_is_fedramp: false})

test('an account says who it is', () => {
  expect(toAccountHeaders({chatgptAccountId: 'account-1'}, USUAL)).toEqual({
    authorization: `Bearer ${USUAL}`,
    'chatgpt-account-id': 'account-1',
  })
})

test('a login without an account id leaves it out', () => {
  expect(toAccountHeaders({}, 'at-1')).toEqual({authorization: 'Bearer at-1'})
})

test.each([
  ['the access token', GOVERNMENT, USUAL],
  ['the id token', 'opaque', GOVERNMENT],
])('a workspace of the government is named as one when %s says so', (_name, access, idToken) => {
  expect(toAccountHeaders({tokens: {idToken}}, access)['x-openai-fedramp']).toBe('true')
})
