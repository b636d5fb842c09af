import {expect, test} from 'vitest'
import {toAccount, toAccountId} from '../../src/accounts/account.ts'
import {toJwt} from '../support/fake-token-endpoint.ts'

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
