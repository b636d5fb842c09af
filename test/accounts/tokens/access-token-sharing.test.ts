import {describe, expect, test} from 'vitest'
import {AccessTokens} from '../../../src/accounts/tokens/access-token.ts'
import {NO_JOURNAL} from '../../../src/accounts/refresh-journal.ts'
import {StorageError} from '../../../src/errors.ts'
import {createFakeEndpoint, toJwt} from '../../support/servers/fake-token-endpoint.ts'
import {createMemoryAccountStore} from '../../support/memory/memory-account-store.ts'
import {
  START_MS,
  HOUR_MS,
  server,
  account,
  newTokens,
  setUp,
} from '../../support/accounts/expired-account.ts'

/** The account as another process has left it. */
const rotated = {
  ...account,
  tokens: {accessToken: 'at-7', refreshToken: 'rt-7', expiresAtMs: START_MS + HOUR_MS},
}

describe('another process', () => {
  test('a token that it rotated is adopted instead of spending a refresh token', async () => {
    const {accessTokens, requests, store} = setUp({})
    store.stored.set('first', rotated)
    expect(await accessTokens.get('first')).toBe('at-7')
    expect(requests).toEqual([])
  })

  test('a rejected token that it rotated is adopted too', async () => {
    const {accessTokens, requests, store} = setUp({leftMs: HOUR_MS})
    store.stored.set('first', rotated)
    expect(await accessTokens.renew('first', 'at-1')).toBe('at-7')
    expect(requests).toEqual([])
  })

  test.each([
    ['a minute ago is refreshed', 60_000, false],
    ['less than a minute ago is kept', 59_000, true],
  ])('a token that it rotated %s when it is rejected too', async (_name, ageMs, isKept) => {
    const {accessTokens, requests, store} = setUp({leftMs: HOUR_MS, answers: [newTokens(2)]})
    const accessToken = toJwt({iat: (START_MS - ageMs) / 1000})
    store.stored.set('first', {...rotated, tokens: {...rotated.tokens, accessToken}})
    expect(await accessTokens.renew('first', 'at-1')).toBe(accessToken)

    const renewed = await accessTokens.renew('first', accessToken)

    expect([renewed === accessToken, requests.length === 0]).toEqual([isKept, isKept])
  })

  test('when it was faster with the same refresh token, its tokens are adopted', async () => {
    const {accessTokens, store} = setUp({answers: []})
    const {fetch} = createFakeEndpoint({
      status: 401,
      json: {error: {code: 'refresh_token_reused'}},
    })
    const racing = new AccessTokens(store, {
      server,
      now: () => START_MS,
      fetch: (input, init) => {
        store.stored.set('first', rotated)
        return fetch(input, init)
      },
    })

    expect(await racing.get('first')).toBe('at-7')
    expect(await accessTokens.get('first')).toBe('at-7')
    expect(store.stored.get('first')?.loginRequired).toBeUndefined()
  })

  test('a login that it renewed brings a marked account back', async () => {
    const {accessTokens, store} = setUp({})
    await store.change('first', {loginRequired: {reason: 'expired', sinceMs: 1}})
    store.stored.set('first', rotated)
    expect(await accessTokens.get('first')).toBe('at-7')
  })
})

describe('the lock of an account', () => {
  const isBusy = new StorageError('Another program holds the lock')

  test('is held from reading the refresh token until the new one is stored', async () => {
    const {accessTokens, store} = setUp({answers: [newTokens(2)]})
    const seen: string[] = []
    store.lock = async (id, task) => {
      seen.push(`${id} locked, ${store.stored.get(id)?.tokens.refreshToken}`)
      const result = await task(NO_JOURNAL)
      seen.push(`${id} released, ${store.stored.get(id)?.tokens.refreshToken}`)
      return result
    }

    await accessTokens.get('first')

    expect(seen).toEqual(['first locked, rt-1', 'first released, rt-2'])
  })

  test('is not waited for when no refresh is due, nor when another process has new tokens', async () => {
    const valid = setUp({leftMs: HOUR_MS})
    valid.store.lock = async () => Promise.reject(isBusy)
    const expired = setUp({})
    expired.store.lock = async () => Promise.reject(isBusy)
    expired.store.stored.set('first', rotated)

    expect(await valid.accessTokens.get('first')).toBe('at-1')
    expect(await valid.accessTokens.renew('first', 'at-0')).toBe('at-1')
    expect(await expired.accessTokens.get('first')).toBe('at-7')
  })

  test('is waited for, and what its holder stored meanwhile is adopted', async () => {
    const {accessTokens, requests, store} = setUp({})
    store.lock = async (_id, task) => {
      store.stored.set('first', rotated)
      return task(NO_JOURNAL)
    }

    expect(await accessTokens.get('first')).toBe('at-7')
    expect(requests).toEqual([])
  })

  test('when it cannot be had, what its holder stored meanwhile is adopted', async () => {
    const {accessTokens, requests, store} = setUp({})
    store.lock = async () => {
      store.stored.set('first', rotated)
      throw isBusy
    }

    expect(await accessTokens.renew('first', 'at-1')).toBe('at-7')
    expect(requests).toEqual([])
  })

  test('when it cannot be had, a token that still works is used, and a minute passes', async () => {
    const {accessTokens, clock, store} = setUp({leftMs: 120_000, answers: [newTokens(2)]})
    let tries = 0
    store.lock = async () => {
      tries += 1
      throw isBusy
    }

    expect(await accessTokens.get('first')).toBe('at-1')
    expect(await accessTokens.get('first')).toBe('at-1')
    expect(tries).toBe(1)
    store.lock = async (_id, task) => task(NO_JOURNAL)
    clock.nowMs += 60_000
    expect(await accessTokens.get('first')).toBe('at-2')
  })

  test('when it cannot be had, an expired token is an error, and nothing is spent', async () => {
    const {accessTokens, requests, store} = setUp({leftMs: 0})
    store.lock = async () => Promise.reject(isBusy)

    await expect(accessTokens.get('first')).rejects.toBe(isBusy)
    await expect(accessTokens.renew('first', 'at-1')).rejects.toBe(isBusy)
    expect(requests).toEqual([])
  })

  test('what goes wrong while it is held is not taken for a lock that cannot be had', async () => {
    const {accessTokens, store} = setUp({answers: [newTokens(2)]})
    store.failingWrites = 1

    await expect(accessTokens.get('first')).rejects.toThrow('The disk is full')
  })
})

describe('a refresh token that was used up', () => {
  const reused = {status: 401, json: {error: {code: 'refresh_token_reused'}}}
  function setUpReused(options: Partial<ConstructorParameters<typeof AccessTokens>[1]> = {}) {
    const store = createMemoryAccountStore(account)
    const {fetch, requests} = createFakeEndpoint(reused)
    const pauses: number[] = []
    const accessTokens = new AccessTokens(store, {
      server,
      fetch,
      now: () => START_MS,
      delay: async (milliseconds) => void pauses.push(milliseconds),
      ...options,
    })
    return {accessTokens, pauses, requests, store}
  }

  test('is looked for over a second, in case its new owner has not written yet', async () => {
    const {accessTokens, pauses, requests, store} = setUpReused({
      delay: async (milliseconds) => {
        pauses.push(milliseconds)
        if (pauses.length === 2) store.stored.set('first', rotated)
      },
    })

    expect(await accessTokens.get('first')).toBe('at-7')

    expect(pauses).toEqual([100, 300])
    expect(requests).toHaveLength(1)
    expect(store.stored.get('first')).toEqual(rotated)
  })

  test('marks the account after that, and says who has the newer one', async () => {
    const rotation = {rotatedBy: 'the Codex CLI in ~/.codex', rotatedAtMs: START_MS - 5}
    const {accessTokens, pauses, store} = setUpReused({findRotation: async () => rotation})

    await expect(accessTokens.get('first')).rejects.toMatchObject({
      reason: 'reused',
      message: expect.stringContaining('another program (the Codex CLI in ~/.codex)') as unknown,
    })

    expect(pauses).toEqual([100, 300, 600])
    expect(store.stored.get('first')).toEqual({
      ...account,
      loginRequired: {reason: 'reused', sinceMs: START_MS, ...rotation},
    })
    await expect(accessTokens.get('first')).rejects.toThrow('the Codex CLI in ~/.codex')
  })

  test.each([
    ['is not known', async () => undefined],
    ['cannot be found out', async () => Promise.reject(new Error('EACCES'))],
  ])('marks the account all the same when its owner %s', async (_name, findRotation) => {
    const {accessTokens, store} = setUpReused({findRotation})

    await expect(accessTokens.get('first')).rejects.toThrow('another program that shares')
    expect(store.stored.get('first')?.loginRequired).toEqual({reason: 'reused', sinceMs: START_MS})
  })
})
