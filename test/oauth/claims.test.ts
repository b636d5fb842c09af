import {describe, expect, test} from 'vitest'
import {AccountIdNotFoundError} from '../../src/errors.ts'
import {parseClaims, parseProfile} from '../../src/oauth/claims.ts'
import {toJwt} from '../support/servers/fake-token-endpoint.ts'

const AUTH = 'https://api.openai.com/auth'
const PROFILE = 'https://api.openai.com/profile'

describe('who a login belongs to', () => {
  test('the tokens of a real login', () => {
    const auth = {
      chatgpt_account_id: 'account-1',
      chatgpt_user_id: 'user-1',
      user_id: 'user-0',
      chatgpt_plan_type: 'plus',
    }
    const tokens = {
      accessToken: toJwt({sub: 'auth0|1', [AUTH]: auth, [PROFILE]: {email: 'a@example.com'}}),
      idToken: toJwt({sub: 'auth0|1', email: 'b@example.com', [AUTH]: auth}),
    }
    expect(parseClaims(tokens)).toEqual({
      userId: 'user-1',
      chatgptAccountId: 'account-1',
      email: 'b@example.com',
      plan: 'plus',
    })
  })

  test.each([
    ['the access token before the id token', {[AUTH]: {chatgpt_account_id: 'a'}}, 'a'],
    ['the id token when the access token is silent', {}, 'i'],
  ])('%s', (_, accessClaims, chatgptAccountId) => {
    const tokens = {
      accessToken: toJwt(accessClaims),
      idToken: toJwt({[AUTH]: {chatgpt_account_id: 'i'}}),
    }
    expect(parseClaims(tokens).chatgptAccountId).toBe(chatgptAccountId)
  })

  test('an opaque access token leaves it to the id token', () => {
    const tokens = {accessToken: 'opaque', idToken: toJwt({chatgpt_account_id: 'a', sub: 's'})}
    expect(parseClaims(tokens)).toEqual({userId: 's', chatgptAccountId: 'a'})
  })

  test.each([
    ['user_id', {[AUTH]: {chatgpt_account_id: 'a', user_id: 'u'}, sub: 's'}, 'u'],
    ['sub', {[AUTH]: {chatgpt_account_id: 'a', chatgpt_user_id: 7}, sub: 's'}, 's'],
    ['the account', {[AUTH]: {chatgpt_account_id: 'a', chatgpt_user_id: ''}}, 'a'],
  ])('without chatgpt_user_id, %s stands in for the user', (_, claims, userId) => {
    expect(parseClaims({accessToken: toJwt(claims)}).userId).toBe(userId)
  })
})

describe('a login that names no ChatGPT account', () => {
  test.each([
    ['chatgpt_user_id', {[AUTH]: {chatgpt_user_id: 'u', user_id: 'x'}, sub: 's'}, 'u'],
    ['user_id', {[AUTH]: {user_id: 'u', poid: 'org-1'}, sub: 's'}, 'u'],
    ['user_id beside the other claims', {user_id: 'u', poid: 'org-1', sub: 's'}, 'u'],
    ['sub', {sub: 's', email: 'a@example.com'}, 's'],
    ['email', {[PROFILE]: {email: 'a@example.com'}}, 'a@example.com'],
  ])('belongs to its %s', (_, claims, userId) => {
    const found = parseClaims({accessToken: toJwt(claims)})
    expect(found.userId).toBe(userId)
    expect(found).not.toHaveProperty('chatgptAccountId')
  })

  test('does not take the id of the user for one', () => {
    const tokens = {accessToken: toJwt({sub: 's'})}
    expect(parseClaims(tokens, 's')).toEqual({userId: 's'})
    expect(parseClaims(tokens, 'team')).toEqual({userId: 's', chatgptAccountId: 'team'})
  })
})

describe('what is shown about a login', () => {
  test('the plan, wherever it stands', () => {
    const profile = {[PROFILE]: {chatgpt_plan_type: 'pro'}}
    expect(parseProfile({accessToken: toJwt(profile)})).toEqual({plan: 'pro'})
    expect(parseProfile({accessToken: toJwt({chatgpt_plan_type: 'pro'})})).toEqual({plan: 'pro'})
    expect(
      parseProfile({accessToken: toJwt({...profile, [AUTH]: {chatgpt_plan_type: 'plus'}})}),
    ).toEqual({plan: 'plus'})
  })

  test.each(['ada', 'ada@', '@example.com', 'a b@example.com', 'a@b@c', '\u001B[2Ja@example.com'])(
    'no email that is none: %j',
    (email) => {
      expect(parseProfile({accessToken: toJwt({email})})).toEqual({})
      const claims = {email, [PROFILE]: {email: 'b@example.com'}}
      expect(parseProfile({accessToken: toJwt(claims)})).toEqual({email: 'b@example.com'})
    },
  )

  test.each([
    ['email in the access token', {email: 'a@example.com'}],
    ['email in the profile', {[PROFILE]: {email: 'a@example.com'}}],
    ['claims of the wrong type', {email: ['x'], [AUTH]: 'x', [PROFILE]: {email: 'a@example.com'}}],
  ])('%s', (_, claims) => {
    expect(parseProfile({accessToken: toJwt(claims)})).toEqual({email: 'a@example.com'})
  })
})

test.each([
  ['no claims', toJwt({})],
  ['only organizations of the API platform', toJwt({organizations: [{id: 'org-1'}]})],
  ['claims of the wrong type', toJwt({[AUTH]: [], chatgpt_account_id: 1})],
  ['no JSON', 'a.b.c'],
  ['not base64', 'a.\ud800.c'],
  ['JSON that is no object', `a.${Buffer.from('null').toString('base64url')}.c`],
  ['nothing', ''],
])('a token with %s is an error that advises another login', (_, accessToken) => {
  const parse = () => parseClaims({accessToken})
  expect(parse).toThrow(AccountIdNotFoundError)
  expect(parse).toThrow(/^Account ID not found/)
  expect(parse).toThrow(expect.objectContaining({advice: ['retry_login']}))
})
