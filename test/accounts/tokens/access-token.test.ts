import {describe, expect, test} from 'vitest'
import {toJwt} from '../../support/servers/fake-token-endpoint.ts'
import {
  START_MS,
  HOUR_MS,
  account,
  newTokens,
  setUp,
} from '../../support/accounts/expired-account.ts'

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
