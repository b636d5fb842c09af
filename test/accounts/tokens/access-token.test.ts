import {describe, expect, test} from 'vitest'
import {AccessTokens} from '../../../src/accounts/tokens/access-token.ts'
import type {Account} from '../../../src/accounts/account.ts'
import {NO_JOURNAL} from '../../../src/accounts/refresh-journal.ts'
import {
  AuthorizationServerError,
  LoginRequiredError,
  NetworkError,
  StorageError,
} from '../../../src/errors.ts'
import {createFakeEndpoint, type ScriptedAnswer, toJwt} from '../../support/fake-token-endpoint.ts'
import {createMemoryAccountStore} from '../../support/memory-account-store.ts'

const START_MS = 1_000_000_000
const HOUR_MS = 3_600_000
const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
const account = {
  id: 'first',
  chatgptAccountId: 'account-1',
  email: 'a@example.com',
  tokens: {accessToken: 'at-1', refreshToken: 'rt-1', expiresAtMs: START_MS - 1},
} satisfies Account

/** The answer to refresh number `number - 1`. */
function newTokens(number: number, expiresIn = 3600): ScriptedAnswer {
  return {
    json: {access_token: `at-${number}`, refresh_token: `rt-${number}`, expires_in: expiresIn},
  }
}

interface Setup {
  readonly answers?: ScriptedAnswer[]
  /** How long the access token still works. */
  readonly leftMs?: number
}

function setUp({answers = [], leftMs = -1}: Setup) {
  const clock = {nowMs: START_MS}
  const tokens = {...account.tokens, expiresAtMs: START_MS + leftMs}
  const store = createMemoryAccountStore({...account, tokens})
  const {fetch, requests} = createFakeEndpoint(...answers)
  const accessTokens = new AccessTokens(store, {server, fetch, now: () => clock.nowMs})
  return {accessTokens, clock, requests, store}
}

describe('when to refresh', () => {
  test('a token with more than five minutes left is used as it is', async () => {
    const {accessTokens, requests} = setUp({leftMs: 300_001})
    expect(await accessTokens.get('first')).toBe('at-1')
    expect(requests).toEqual([])
  })

  test('a token with five minutes left is refreshed, and the profile with it', async () => {
    const auth = {chatgpt_plan_type: 'pro'}
    const idToken = toJwt({email: 'b@example.com', 'https://api.openai.com/auth': auth})
    const {accessTokens, requests, store} = setUp({
      leftMs: 300_000,
      answers: [{json: {access_token: 'at-2', id_token: idToken, expires_in: 3600}}],
    })

    expect(await accessTokens.get('first')).toBe('at-2')

    expect(requests.map(({body}) => JSON.parse(body) as unknown)).toMatchObject([
      {refresh_token: 'rt-1', refresh_reason: 'proactive_expiry'},
    ])
    expect(store.stored.get('first')).toEqual({
      id: 'first',
      chatgptAccountId: 'account-1',
      email: 'b@example.com',
      plan: 'pro',
      tokens: {
        accessToken: 'at-2',
        refreshToken: 'rt-1',
        idToken,
        expiresAtMs: START_MS + HOUR_MS,
      },
    })
  })

  test('a rejected token is refreshed whatever the clock says', async () => {
    const {accessTokens, requests} = setUp({leftMs: HOUR_MS, answers: [newTokens(2)]})
    expect(await accessTokens.renew('first', 'at-1')).toBe('at-2')
    expect(requests[0]?.body).toContain('"refresh_reason":"unauthorized_recovery"')
  })

  test('a rejected token that a refresh has just brought is not replaced for a minute', async () => {
    const {accessTokens, clock, requests} = setUp({
      leftMs: HOUR_MS,
      answers: [newTokens(2), newTokens(3)],
    })
    await accessTokens.renew('first', 'at-1')

    clock.nowMs += 59_999
    expect(await accessTokens.renew('first', 'at-2')).toBe('at-2')
    expect(requests).toHaveLength(1)
    clock.nowMs += 1
    expect(await accessTokens.renew('first', 'at-2')).toBe('at-3')
  })

  test('a rejected token that was replaced meanwhile costs no refresh', async () => {
    const {accessTokens, requests} = setUp({leftMs: HOUR_MS})
    expect(await accessTokens.renew('first', 'at-0')).toBe('at-1')
    expect(requests).toEqual([])
  })
})

describe('one refresh at a time', () => {
  test('200 callers with an expired token cause one refresh, and everyone gets the new one', async () => {
    const {accessTokens, requests} = setUp({answers: [newTokens(2)]})

    const callers = Array.from({length: 200}, (_, number) =>
      number % 2 === 0 ? accessTokens.get('first') : accessTokens.renew('first', 'at-1'),
    )

    expect(new Set(await Promise.all(callers))).toEqual(new Set(['at-2']))
    expect(requests).toHaveLength(1)
  })

  test('callers who come at different moments cause one refresh', async () => {
    const {accessTokens, requests} = setUp({answers: [newTokens(2)]})
    const callers: Promise<string>[] = []
    for (let tick = 0; tick < 200; tick += 1) {
      callers.push(accessTokens.get('first'))
      // oxlint-disable-next-line no-await-in-loop -- the moments are what is tested
      await Promise.resolve()
    }

    expect(new Set(await Promise.all(callers))).toEqual(new Set(['at-2']))
    expect(requests).toHaveLength(1)
  })

  test('two accounts are refreshed independently', async () => {
    const {accessTokens, requests, store} = setUp({answers: [newTokens(2), newTokens(3)]})
    store.stored.set('second', {...account, id: 'second'})
    await store.reload('second')

    const tokens = await Promise.all([accessTokens.get('first'), accessTokens.get('second')])

    expect(tokens.toSorted()).toEqual(['at-2', 'at-3'])
    expect(requests).toHaveLength(2)
  })

  test('a caller who gives up does not stop the refresh for the others', async () => {
    const {accessTokens, requests} = setUp({answers: [newTokens(2)]})
    const caller = new AbortController()
    const reason = new Error('The user pressed stop')

    const impatient = accessTokens.get('first', {signal: caller.signal})
    const patient = accessTokens.get('first')
    caller.abort(reason)

    await expect(impatient).rejects.toBe(reason)
    expect(await patient).toBe('at-2')
    expect(requests).toHaveLength(1)
  })

  test('a refresh that everyone gave up on is stored all the same', async () => {
    const {accessTokens, requests} = setUp({answers: [newTokens(2)]})

    const signal = AbortSignal.abort()
    await expect(accessTokens.renew('first', 'at-1', {signal})).rejects.toBe(signal.reason)

    expect(await accessTokens.get('first')).toBe('at-2')
    expect(requests).toHaveLength(1)
  })
})

describe('another process', () => {
  const rotated = {
    ...account,
    tokens: {accessToken: 'at-7', refreshToken: 'rt-7', expiresAtMs: START_MS + HOUR_MS},
  }

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
  const rotated = {
    ...account,
    tokens: {accessToken: 'at-7', refreshToken: 'rt-7', expiresAtMs: START_MS + HOUR_MS},
  }
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
  const rotated = {
    ...account,
    tokens: {accessToken: 'at-7', refreshToken: 'rt-7', expiresAtMs: START_MS + HOUR_MS},
  }

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

describe('a clock that is wrong', () => {
  test('a token that looks too old when it comes is used until the backend rejects it', async () => {
    const {accessTokens, clock, requests} = setUp({answers: [newTokens(2, 1), newTokens(3, 1)]})

    expect(await accessTokens.get('first')).toBe('at-2')
    clock.nowMs += HOUR_MS
    expect(await accessTokens.get('first')).toBe('at-2')
    expect(requests).toHaveLength(1)

    expect(await accessTokens.renew('first', 'at-2')).toBe('at-3')
    expect(requests).toHaveLength(2)
  })

  test('at least a minute lies between two refreshes that nobody asked for', async () => {
    const {accessTokens, clock, requests, store} = setUp({answers: [newTokens(2), newTokens(3)]})
    await accessTokens.get('first')
    const aged = {accessToken: 'at-8', refreshToken: 'rt-8', expiresAtMs: START_MS}
    await store.change('first', {tokens: aged})

    clock.nowMs += 59_999
    expect(await accessTokens.get('first')).toBe('at-8')
    clock.nowMs += 1
    expect(await accessTokens.get('first')).toBe('at-3')
    expect(requests).toHaveLength(2)
  })

  test('a clock that was set back does not stop refreshing for long', async () => {
    const {accessTokens, clock, store} = setUp({answers: [newTokens(2), newTokens(3)]})
    await accessTokens.get('first')
    clock.nowMs -= 24 * HOUR_MS
    const aged = {accessToken: 'at-8', refreshToken: 'rt-8', expiresAtMs: clock.nowMs}
    await store.change('first', {tokens: aged})

    expect(await accessTokens.get('first')).toBe('at-3')
  })
})
