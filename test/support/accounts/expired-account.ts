import {AccessTokens} from '../../../src/accounts/tokens/access-token.ts'
import type {Account} from '../../../src/accounts/account.ts'
import {createFakeEndpoint, type ScriptedAnswer} from '../servers/fake-token-endpoint.ts'
import {createMemoryAccountStore} from '../memory/memory-account-store.ts'

export const START_MS = 1_000_000_000
export const HOUR_MS = 3_600_000
export const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
export const account = {
  id: 'first',
  chatgptAccountId: 'account-1',
  email: 'a@example.com',
  tokens: {accessToken: 'at-1', refreshToken: 'rt-1', expiresAtMs: START_MS - 1},
} satisfies Account

/** The answer that brings tokens `number`; lifetimes are in seconds. */
export function newTokens(number: number, expiresIn = 3600): ScriptedAnswer {
  return {
    json: {access_token: `at-${number}`, refresh_token: `rt-${number}`, expires_in: expiresIn},
  }
}

interface Setup {
  readonly answers?: ScriptedAnswer[]
  /** How long the access token still works. */
  readonly leftMs?: number
}

/** The tokens of an account that needs a refresh, with an authorization server that gives the answers in turn. */
export function setUp({answers = [], leftMs = -1}: Setup) {
  const clock = {nowMs: START_MS}
  const tokens = {...account.tokens, expiresAtMs: START_MS + leftMs}
  const store = createMemoryAccountStore({...account, tokens})
  const {fetch, requests} = createFakeEndpoint(...answers)
  const accessTokens = new AccessTokens(store, {server, fetch, now: () => clock.nowMs})
  return {accessTokens, clock, requests, store}
}
