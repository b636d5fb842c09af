/**
 * One account with two logins: one of our own, and one that other programs use as well.
 */
import {expect, test} from 'vitest'
import type {Account} from '../../src/accounts/account.ts'
import {createCombinedAccountStore} from '../../src/accounts/shared/combined-account-store.ts'
import {startTestSimulator} from '../support/servers/ask-simulator.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {createSimulatedBackend, issueAccount} from '../support/servers/simulated-backend.ts'

const ADA = {email: 'ada@example.com', windows: [{minutes: 300, percentPerRequest: 0}]}

/** Two logins of Ada. Our own refresh token is spent, by nobody knows whom. */
async function start({sharedExpires}: {readonly sharedExpires: number}) {
  const simulator = await startTestSimulator({accounts: [ADA]})
  const login = async (expiresInSeconds: number) =>
    issueAccount(simulator, {email: ADA.email, expiresInSeconds})
  const own = await login(0)
  const shared: Account = {...(await login(sharedExpires)), home: '/shared/ada'}
  const spend = async ({tokens}: Account) =>
    fetch(new URL('/oauth/token', simulator.issuer), {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'app_EMoamEEZ73f0CkXaXp7hrann',
        grant_type: 'refresh_token',
        refresh_token: tokens.refreshToken,
      }),
    })
  await spend(own)
  const stores = {own: createMemoryAccountStore(own), shared: createMemoryAccountStore(shared)}
  const store = createCombinedAccountStore(stores.own, stores.shared)
  if (sharedExpires === 0) simulator.changeAccount(ADA.email, {accessTokens: 'expire'})
  const ask = createSimulatedBackend({simulator, store, delay: async () => {}})
  return {ask, id: own.id, shared, simulator, spend, stores}
}

test.each([
  ['that is fresh', 3600, {200: 1}],
  ['that has to be refreshed', 0, {401: 1, 200: 1}],
])(
  'a request whose own login is refused for good goes on with the shared one %s',
  async (_name, sharedExpires, responses) => {
    const {ask, id, simulator, stores} = await start({sharedExpires})

    const {status, text} = await ask('Hello')

    expect([status, text]).toEqual([200, expect.stringContaining('heard: Hello')])
    expect(simulator.counts).toMatchObject({responses, token: {reused: 1}})
    expect(stores.own.stored.get(id)?.loginRequired?.reason).toBe('reused')
    expect(stores.shared.stored.get(id)).not.toHaveProperty('loginRequired')
  },
)

test('when the shared login is refused as well, each of the two was tried once', async () => {
  const {ask, simulator, shared, spend} = await start({sharedExpires: 0})
  await spend(shared)

  const {status, text} = await ask('Hello')

  expect([status, text]).toEqual([401, expect.stringContaining('has used it up')])
  expect(simulator.counts['token']).toMatchObject({reused: 2})
})
