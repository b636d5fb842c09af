import {expect, test} from 'vitest'
import {applyAccountChange, toAccount, toAccountId} from '../../src/accounts/account.ts'
import {toJwt} from '../support/servers/fake-token-endpoint.ts'

function tokensOf(userId: string, chatgptAccountId: string) {
  const claims = {chatgpt_account_id: chatgptAccountId, chatgpt_user_id: userId}
  const accessToken = toJwt({'https://api.openai.com/auth': claims})
  return {accessToken, refreshToken: 'rt-1', expiresAtMs: 7}
}

test('an account is a user in a workspace', () => {
  const tokens = tokensOf('user-1', 'team')
  expect(toAccount(tokens)).toEqual({id: 'user-1:team', chatgptAccountId: 'team', tokens})
})

test('two users of a workspace, and two workspaces of a user, are different accounts', () => {
  const ids = [
    toAccountId({userId: 'user-1', chatgptAccountId: 'team'}),
    toAccountId({userId: 'user-2', chatgptAccountId: 'team'}),
    toAccountId({userId: 'user-1', chatgptAccountId: 'personal'}),
  ]
  expect(new Set(ids).size).toBe(3)
})

test('without a workspace, the user is the account', () => {
  const tokens = {accessToken: toJwt({sub: 'user-1'}), refreshToken: 'rt-1', expiresAtMs: 7}
  expect(toAccount(tokens)).toEqual({id: 'user-1', tokens})
})

test('what a refresh token was traded for takes the place of that token, and of no other', () => {
  const account = {id: 'user-1:team', chatgptAccountId: 'team', tokens: tokensOf('user-1', 'team')}
  const tokens = {accessToken: 'at-2', refreshToken: 'rt-2', expiresAtMs: 8}

  const changed = applyAccountChange(account, {tokens, spentRefreshToken: 'rt-1', plan: 'pro'})
  const kept = applyAccountChange(changed, {tokens: account.tokens, spentRefreshToken: 'rt-1'})

  expect(changed).toEqual({...account, tokens, plan: 'pro'})
  expect(kept).toBe(changed)
})

test('new tokens end what was wrong with those before, and leave alone what is newer', () => {
  const account = {id: 'user-1:team', chatgptAccountId: 'team', tokens: tokensOf('user-1', 'team')}
  const tokens = {accessToken: 'at-2', refreshToken: 'rt-2', expiresAtMs: 8}
  const loginRequired = {reason: 'reused', sinceMs: 7} as const

  const marked = applyAccountChange(account, {loginRequired, spentRefreshToken: 'rt-1'})
  const renewed = applyAccountChange(marked, {tokens, spentRefreshToken: 'rt-1'})
  const markedLate = applyAccountChange(renewed, {loginRequired, spentRefreshToken: 'rt-1'})

  expect(marked).toEqual({...account, loginRequired})
  expect(renewed).toEqual({...account, tokens})
  expect(markedLate).toBe(renewed)
})

test('where the tokens name no workspace, the one that stands beside them counts', () => {
  const tokens = {accessToken: 'opaque', refreshToken: 'rt-1', expiresAtMs: 7}
  expect(toAccount(tokens, 'team')).toEqual({id: 'team:team', chatgptAccountId: 'team', tokens})
  expect(toAccount(tokensOf('user-1', 'personal'), 'team').chatgptAccountId).toBe('personal')
})
