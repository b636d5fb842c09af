import {expect, test} from 'vitest'
import {listKnownAccounts} from '../../src/engine/known-accounts.ts'
import {useFirst} from '../../src/engine/use-first.ts'
import {createAccountMemory} from '../../src/storage/account-memory.ts'
import {NOW_MS} from '../support/engine/create-backend.ts'
import {createReading} from '../support/accounts/create-usage.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemoryStorage} from '../support/memory/memory-storage.ts'
import {createAccount, startPool} from '../support/accounts/start-pool.ts'

const ada = createAccount('ada')
const bob = createAccount('bob')

function createMemory(storage = createMemoryStorage()) {
  return createAccountMemory({storage, log: createMemoryLog().log, now: () => NOW_MS})
}

test('every account comes with what is known of it, also right after a start', async () => {
  const storage = createMemoryStorage()
  const before = createMemory(storage)
  before.rests.note('bob', {untilMs: NOW_MS + 1})
  before.preferences.change('bob', {priority: 3})
  before.usage.update('bob', createReading({}, {usedPercent: 96}))
  await before.flush()
  const store = createMemoryAccountStore(ada, bob)

  const known = await listKnownAccounts({store, memory: createMemory(storage)})

  expect(known).toMatchObject([
    {account: ada, preference: {priority: 0}, usage: undefined, rest: undefined},
    {
      account: bob,
      preference: {priority: 3},
      usage: {windows: [{usedPercent: 96}]},
      rest: {reason: 'usage_limit', untilMs: NOW_MS + 1},
    },
  ])
})

test('who is to go first does so in conversations that have begun as well', async () => {
  const {ask, pool, preferences} = startPool([ada, bob])
  await ask('conversation')

  useFirst('bob', {memory: {preferences}, pool})

  expect(await ask('conversation')).toBe('bob')
})

test('a login that nothing can refresh has ended with its access token', async () => {
  const ended = {...ada, tokens: {...ada.tokens, refreshToken: '', expiresAtMs: NOW_MS - 1}}
  const working = {...bob, tokens: {...bob.tokens, refreshToken: '', expiresAtMs: NOW_MS + 1}}
  const store = createMemoryAccountStore(ended, working)

  const known = await listKnownAccounts({store, memory: createMemory()})

  expect(known.map(({account}) => account.loginRequired)).toEqual([
    {reason: 'expired', sinceMs: NOW_MS - 1},
    undefined,
  ])
})
