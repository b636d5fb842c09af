import {describe, expect, test} from 'vitest'
import {AccessTokens} from '../../../src/accounts/tokens/access-token.ts'
import {
  AuthorizationServerError,
  LoginRequiredError,
  NetworkError,
  StorageError,
} from '../../../src/errors.ts'
import {createFakeEndpoint} from '../../support/servers/fake-token-endpoint.ts'
import {
  START_MS,
  HOUR_MS,
  server,
  account,
  newTokens,
  setUp,
} from '../../support/accounts/expired-account.ts'

describe('a login that ended', () => {
  test('what another program stores at the last moment is used, and not marked', async () => {
    const {store} = setUp({})
    const {fetch} = createFakeEndpoint({
      status: 401,
      json: {error: {code: 'refresh_token_reused'}},
    })
    const renewed = {accessToken: 'at-9', refreshToken: 'rt-9', expiresAtMs: START_MS + HOUR_MS}
    const accessTokens = new AccessTokens(store, {
      server,
      fetch,
      now: () => START_MS,
      delay: async () => {},
      findRotation: async () => {
        store.stored.set('first', {...account, tokens: renewed})
        return undefined
      },
    })

    expect(await accessTokens.get('first')).toBe('at-9')
    expect(store.stored.get('first')).not.toHaveProperty('loginRequired')
  })

  test('two instances of the plugin: the slow answer that was accepted ends the mark of the refused one', async () => {
    const {store} = setUp({})
    const {fetch} = createFakeEndpoint(newTokens(2))
    const accessTokens = new AccessTokens(store, {
      server,
      now: () => START_MS,
      fetch: async (input, init) => {
        await store.change('first', {loginRequired: {reason: 'reused', sinceMs: START_MS}})
        return fetch(input, init)
      },
    })

    expect(await accessTokens.get('first')).toBe('at-2')
    expect(store.stored.get('first')).not.toHaveProperty('loginRequired')
  })

  test('a definite refusal marks the account, and nobody asks the server again', async () => {
    const {accessTokens, requests, store} = setUp({
      answers: [{status: 401, json: {error: {code: 'refresh_token_invalidated'}}}],
    })

    await expect(accessTokens.get('first')).rejects.toThrow(LoginRequiredError)
    await expect(accessTokens.get('first')).rejects.toMatchObject({reason: 'revoked'})
    await expect(accessTokens.renew('first', 'at-1')).rejects.toMatchObject({reason: 'revoked'})

    expect(requests).toHaveLength(1)
    expect(store.stored.get('first')).toMatchObject({
      loginRequired: {reason: 'revoked', sinceMs: START_MS},
      tokens: {refreshToken: 'rt-1'},
    })
  })

  test('a refusal is told even when the mark cannot be saved', async () => {
    const {accessTokens, store} = setUp({answers: [{status: 400, json: {error: 'invalid_grant'}}]})
    store.failingWrites = 1
    await expect(accessTokens.get('first')).rejects.toMatchObject({reason: 'refused'})
  })

  test('a removed account is not connected, and stays removed', async () => {
    const {accessTokens, store} = setUp({answers: [newTokens(2)]})
    const pending = accessTokens.get('first')
    await store.remove('first')

    await expect(pending).rejects.toMatchObject({reason: 'not_connected'})
    await expect(accessTokens.get('first')).rejects.toMatchObject({reason: 'not_connected'})
    expect(store.stored.size).toBe(0)
  })

  test('an account removed while the server answers stays removed', async () => {
    const {store} = setUp({})
    const {fetch} = createFakeEndpoint(newTokens(2))
    const accessTokens = new AccessTokens(store, {
      server,
      now: () => START_MS,
      fetch: async (input, init) => {
        await store.remove('first')
        return fetch(input, init)
      },
    })

    await expect(accessTokens.get('first')).rejects.toMatchObject({reason: 'not_connected'})
    expect(store.stored.size).toBe(0)
  })

  test('a new login made while the server answers is not overwritten', async () => {
    const {store} = setUp({})
    const {fetch} = createFakeEndpoint(newTokens(2))
    const renewed = {accessToken: 'at-9', refreshToken: 'rt-9', expiresAtMs: START_MS + HOUR_MS}
    const accessTokens = new AccessTokens(store, {
      server,
      now: () => START_MS,
      fetch: async (input, init) => {
        await store.add({...account, tokens: renewed})
        return fetch(input, init)
      },
    })

    expect(await accessTokens.get('first')).toBe('at-9')
    expect(store.stored.get('first')?.tokens).toEqual(renewed)
  })
})

describe('an authorization server that is out of order', () => {
  const refused = new TypeError('fetch failed', {
    cause: Object.assign(new Error('connect ECONNREFUSED'), {code: 'ECONNREFUSED'}),
  })

  test.each([
    [refused, NetworkError],
    [{status: 503, text: 'Down'}, AuthorizationServerError],
    [{status: 401, text: '<html>Hotel login</html>'}, AuthorizationServerError],
  ])('changes nothing about an expired login, and the next call tries again', async (...given) => {
    const [answer, errorClass] = given
    const {accessTokens, store} = setUp({answers: [answer, newTokens(2)]})

    await expect(accessTokens.get('first')).rejects.toThrow(errorClass)
    expect(store.stored.get('first')).toEqual(account)

    expect(await accessTokens.get('first')).toBe('at-2')
  })

  test('does not matter while the token still works, and is not asked for each request', async () => {
    const {accessTokens, clock, requests} = setUp({
      leftMs: 120_000,
      answers: [{status: 503, text: 'Down'}, newTokens(2)],
    })

    expect(await accessTokens.get('first')).toBe('at-1')
    clock.nowMs += 59_999
    expect(await accessTokens.get('first')).toBe('at-1')
    expect(requests).toHaveLength(1)
    clock.nowMs += 1
    expect(await accessTokens.get('first')).toBe('at-2')
  })

  test('matters when the token was rejected', async () => {
    const {accessTokens} = setUp({leftMs: HOUR_MS, answers: [{status: 503, text: 'Down'}]})
    await expect(accessTokens.renew('first', 'at-1')).rejects.toThrow(AuthorizationServerError)
  })
})

describe('a store that does not take the new tokens', () => {
  test('loses nothing: they are saved by the next call, without a second refresh', async () => {
    const {accessTokens, requests, store} = setUp({answers: [newTokens(2)]})
    store.failingWrites = 2

    await expect(accessTokens.get('first')).rejects.toThrow(StorageError)
    await expect(accessTokens.renew('first', 'at-1')).rejects.toThrow(StorageError)
    expect(store.stored.get('first')?.tokens.accessToken).toBe('at-1')

    expect(await accessTokens.get('first')).toBe('at-2')
    expect(store.stored.get('first')?.tokens.refreshToken).toBe('rt-2')
    expect(requests).toHaveLength(1)
  })

  test('may fail as long as the old token works', async () => {
    const {accessTokens, requests, store} = setUp({leftMs: 120_000, answers: [newTokens(2)]})
    store.failingWrites = 1

    expect(await accessTokens.get('first')).toBe('at-1')
    expect(await accessTokens.get('first')).toBe('at-2')

    expect(store.stored.get('first')?.tokens.refreshToken).toBe('rt-2')
    expect(requests).toHaveLength(1)
  })

  test('does not get them over a login that another process made in between', async () => {
    const {accessTokens, requests, store} = setUp({answers: [newTokens(2)]})
    store.failingWrites = 1
    await expect(accessTokens.get('first')).rejects.toThrow(StorageError)
    const renewed = {accessToken: 'at-9', refreshToken: 'rt-9', expiresAtMs: START_MS + HOUR_MS}
    store.stored.set('first', {...account, tokens: renewed})

    expect(await accessTokens.get('first')).toBe('at-9')
    expect(await accessTokens.get('first')).toBe('at-9')
    expect(store.stored.get('first')?.tokens).toEqual(renewed)
    expect(requests).toHaveLength(1)
  })

  test('does not get them over a login that was made in between', async () => {
    const {accessTokens, store} = setUp({answers: [newTokens(2)]})
    store.failingWrites = 1
    await expect(accessTokens.get('first')).rejects.toThrow(StorageError)
    const renewed = {accessToken: 'at-9', refreshToken: 'rt-9', expiresAtMs: START_MS + HOUR_MS}
    await store.add({...account, tokens: renewed})

    expect(await accessTokens.get('first')).toBe('at-9')
    expect(store.stored.get('first')?.tokens).toEqual(renewed)
  })
})
