import {describe, expect, test} from 'vitest'
import {AccessTokens, type AccessTokensOptions} from '../../src/accounts/tokens/access-token.ts'
import type {Account} from '../../src/accounts/account.ts'
import {UnderWay} from '../../src/accounts/tokens/under-way.ts'
import {NetworkError, StorageError, type CodexError} from '../../src/errors.ts'
import {
  createFakeEndpoint,
  toJwt,
  type ScriptedAnswer,
} from '../support/servers/fake-token-endpoint.ts'
import {createGate} from '../support/gate.ts'
import {
  createMemoryAccountStore,
  createMemoryJournal,
} from '../support/memory/memory-account-store.ts'
import {rejectionOf} from '../support/rejection.ts'

const START_MS = 1_000_000_000
const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
const lost = new TypeError('fetch failed')
const renewed = {json: {access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600}}
const reused = {status: 401, json: {error: {code: 'refresh_token_reused'}}}

describe.each([
  {kind: 'of Codex', app: undefined},
  {kind: 'of an app', app: {clientId: 'oaiapp_1'}},
])('a login $kind', ({app}) => {
  const account = {
    id: 'first',
    chatgptAccountId: 'account-1',
    tokens: {
      accessToken: 'at-1',
      refreshToken: 'rt-1',
      expiresAtMs: START_MS - 1,
      ...(app && {app}),
    },
  } satisfies Account

  /** An account whose access token works for so long, and what the server says in turn. */
  function setUp(
    leftMs: number,
    answers: readonly ScriptedAnswer[],
    options: Partial<AccessTokensOptions> = {},
  ) {
    const clock = {nowMs: START_MS}
    const tokens = {...account.tokens, expiresAtMs: START_MS + leftMs}
    const store = createMemoryAccountStore({...account, tokens})
    const {fetch, requests} = createFakeEndpoint(...answers)
    const open = () =>
      new AccessTokens(store, {
        server,
        fetch,
        now: () => clock.nowMs,
        delay: async () => {},
        ...options,
      })
    return {accessTokens: open(), clock, open, requests, store}
  }

  describe('an answer that was lost', () => {
    test('is no reason to send the refresh token again at once', async () => {
      const {accessTokens, clock, open, requests} = setUp(-1, [lost, renewed])

      expect(await rejectionOf(accessTokens.get('first'))).toMatchObject({isUncertain: true})
      clock.nowMs += 9999
      expect(await rejectionOf(accessTokens.get('first'))).toMatchObject({
        isUncertain: true,
        message:
          'Token refresh failed: an earlier try was not answered, and nobody knows whether it renewed the login. Try again in a few seconds.',
      })
      // Nor is a new start.
      expect(await rejectionOf(open().renew('first', 'at-1'))).toBeInstanceOf(NetworkError)
      expect(requests).toHaveLength(1)

      clock.nowMs += 1
      expect(await open().get('first')).toBe('at-2')
      expect(requests).toHaveLength(2)
    })

    test('is what ended the login when the refresh token turns out to be spent', async () => {
      const {accessTokens, clock, store} = setUp(-1, [lost, reused])
      await rejectionOf(accessTokens.get('first'))
      clock.nowMs += 60_000

      const error = await rejectionOf(accessTokens.get('first'))

      expect(error).toMatchObject({reason: 'lost'})
      expect(error.message).toMatch(
        /^Token refresh failed: the answer to an earlier try on .+ was lost on its way, and with it the login\./,
      )
      expect(store.stored.get('first')?.loginRequired).toEqual({
        reason: 'lost',
        sinceMs: START_MS + 60_000,
        rotatedAtMs: START_MS,
      })
    })

    test('is not blamed where somebody else is known to have the newer tokens', async () => {
      const rotation = {rotatedBy: 'the Codex CLI in ~/.codex', rotatedAtMs: START_MS}
      const {accessTokens, clock} = setUp(-1, [lost, reused], {findRotation: async () => rotation})
      await rejectionOf(accessTokens.get('first'))
      clock.nowMs += 60_000

      expect(await rejectionOf(accessTokens.get('first'))).toMatchObject({reason: 'reused'})
    })

    test('is forgotten once the server has answered', async () => {
      const {accessTokens, clock, store} = setUp(-1, [lost, renewed, reused])
      await rejectionOf(accessTokens.get('first'))
      clock.nowMs += 60_000
      await accessTokens.get('first')
      clock.nowMs += 4_000_000
      await store.change('first', {
        tokens: {accessToken: 'at-3', refreshToken: 'rt-1', expiresAtMs: 0},
      })

      expect(await rejectionOf(accessTokens.get('first'))).toMatchObject({reason: 'reused'})
    })

    test('does not matter when another program has stored newer tokens meanwhile', async () => {
      const tokens = {accessToken: 'at-7', refreshToken: 'rt-7', expiresAtMs: START_MS + 3_600_000}
      const {store} = setUp(-1, [])
      const accessTokens = new AccessTokens(store, {
        server,
        now: () => START_MS,
        fetch: async () => {
          store.stored.set('first', {...account, tokens})
          throw lost
        },
      })

      expect(await accessTokens.get('first')).toBe('at-7')
    })
  })

  test('a caller does not wait for ever, and what comes later is stored', async () => {
    const underWay = new UnderWay()
    const answer = createGate()
    const fetch = async () => {
      await answer.opened
      return Response.json(renewed.json)
    }
    const {accessTokens, requests, store} = setUp(-1, [], {waitMs: 5, fetch, underWay})

    const error = await rejectionOf(accessTokens.get('first'))
    expect(error).toBeInstanceOf(NetworkError)
    expect(error).toMatchObject({
      isUncertain: true,
      message:
        'Token refresh failed: there was no answer within 0.005 seconds. It is still waited for, so that the login is not lost; try again in a moment.',
    })
    expect(underWay.isBusy).toBe(true)

    answer.open()
    await underWay.settled()
    expect(store.stored.get('first')?.tokens.refreshToken).toBe('rt-2')
    expect(await accessTokens.get('first')).toBe('at-2')
    expect(requests).toEqual([])
  })

  describe('a login that has ended, while its access token still works', () => {
    const refusals: readonly [string, ScriptedAnswer][] = [
      ['reused', reused],
      ['expired', {status: 401, json: {error: {code: 'refresh_token_expired'}}}],
      ['revoked', {status: 401, json: {error: {code: 'refresh_token_invalidated'}}}],
      ['refused', {status: 400, json: {error: 'invalid_grant'}}],
      ['deactivated', {status: 403, json: {error: {code: 'account_deactivated'}}}],
    ]

    test.each(refusals)('is marked, and used until it expires: %s', async (reason, answer) => {
      const {accessTokens, clock, open, requests, store} = setUp(200_000, [answer])

      expect(await accessTokens.get('first')).toBe('at-1')
      expect(store.stored.get('first')?.loginRequired).toEqual({
        reason,
        sinceMs: START_MS,
        worksUntilMs: START_MS + 200_000,
      })
      clock.nowMs += 199_999
      expect(await accessTokens.get('first')).toBe('at-1')
      expect(await open().get('first')).toBe('at-1')
      clock.nowMs += 1
      expect(await rejectionOf(accessTokens.get('first'))).toMatchObject({reason})
      expect(requests).toHaveLength(1)
    })

    test('is used no more when the backend rejects it', async () => {
      const {accessTokens, open, requests, store} = setUp(200_000, [reused])
      await accessTokens.get('first')

      expect(await rejectionOf(accessTokens.renew('first', 'at-1'))).toMatchObject({
        reason: 'reused',
      })

      expect(store.stored.get('first')?.loginRequired).toEqual({
        reason: 'reused',
        sinceMs: START_MS,
      })
      expect(await rejectionOf(open().get('first'))).toMatchObject({reason: 'reused'})
      expect(requests).toHaveLength(1)
    })

    test('is not used when it was the backend that rejected it first', async () => {
      const {accessTokens, store} = setUp(200_000, [reused])

      expect(await rejectionOf(accessTokens.renew('first', 'at-1'))).toMatchObject({
        reason: 'reused',
      })
      expect(store.stored.get('first')?.loginRequired).toEqual({
        reason: 'reused',
        sinceMs: START_MS,
      })
    })
  })

  test('tokens of another user are not stored, and the login has ended', async () => {
    const {accessTokens, store} = setUp(-1, [
      {json: {access_token: toJwt({sub: 'bob'}), refresh_token: 'rt-2'}},
    ])
    const tokens = {...account.tokens, accessToken: toJwt({sub: 'ada'})}
    store.stored.set('first', {...account, tokens})

    expect(await rejectionOf(accessTokens.get('first'))).toMatchObject({reason: 'other_account'})

    expect(store.stored.get('first')).toEqual({
      ...account,
      tokens,
      loginRequired: {reason: 'other_account', sinceMs: START_MS},
    })
  })

  describe('a journal', () => {
    const isFull = new StorageError('There is no space left. Nothing was changed. Free some space.')

    test('without room keeps the refresh token from being sent', async () => {
      const {accessTokens, requests, store} = setUp(-1, [])
      const begin = () => Promise.reject(isFull)
      store.lock = async (_id, task) => task({...createMemoryJournal(), begin})

      expect(await rejectionOf(accessTokens.get('first'))).toBe(isFull)
      expect(requests).toEqual([])
    })

    test('without room is told of, while the access token still works', async () => {
      const told: [CodexError, string][] = []
      const {accessTokens, requests, store} = setUp(200_000, [], {
        onFailure: (...failure) => void told.push(failure),
      })
      const begin = () => Promise.reject(isFull)
      store.lock = async (_id, task) => task({...createMemoryJournal(), begin})

      expect(await accessTokens.get('first')).toBe('at-1')
      expect(told).toEqual([[isFull, 'first']])
      expect(requests).toEqual([])
    })

    test('keeps the answer until it is stored', async () => {
      const {accessTokens, store} = setUp(-1, [renewed])
      const steps: unknown[] = []
      store.lock = async (_id, task) =>
        task({
          lastAsked: async () => undefined,
          begin: async (...step) => void steps.push(['begin', ...step]),
          keep: async (...step) => void steps.push(['keep', ...step]),
          end: async (isSettled) =>
            void steps.push(['end', isSettled, store.stored.get('first')?.tokens.refreshToken]),
        })

      await accessTokens.get('first')

      expect(steps).toEqual([
        ['begin', 'rt-1', START_MS],
        ['keep', '{"access_token":"at-2","refresh_token":"rt-2","expires_in":3600}', START_MS],
        ['end', true, 'rt-2'],
      ])
    })

    test('is not ended while the answer cannot be stored, and the sentence is true', async () => {
      const {accessTokens, store} = setUp(-1, [renewed])
      const ends: boolean[] = []
      const end = async (isSettled: boolean) => void ends.push(isSettled)
      store.lock = async (_id, task) => task({...createMemoryJournal(), end})
      store.change = () => Promise.reject(isFull)

      const {message} = await rejectionOf(accessTokens.get('first'))

      expect(message).toBe(
        'There is no space left. Free some space. The server has renewed the login already; what it gave is kept until it can be saved.',
      )
      expect(ends).toEqual([false])
    })
  })
})
