import {NO_JOURNAL} from '../../../src/accounts/refresh-journal.ts'
import {expect, test} from 'vitest'
import type {Account} from '../../../src/accounts/account.ts'
import {createCombinedAccountStore} from '../../../src/accounts/shared/combined-account-store.ts'
import {ACCOUNT} from '../../support/engine/create-backend.ts'
import {createMemoryAccountStore} from '../../support/memory/memory-account-store.ts'

const ENDED = {reason: 'expired', sinceMs: 1} as const

function createAccount(id: string, fields: Partial<Account> = {}): Account {
  return {...ACCOUNT, id, ...fields}
}

function toShared(account: Account): Account {
  return {...account, home: '/shared/home'}
}

function combine(own: readonly Account[], shared: readonly Account[]) {
  const stores = {
    own: createMemoryAccountStore(...own),
    shared: createMemoryAccountStore(...shared),
  }
  return {...stores, store: createCombinedAccountStore(stores.own, stores.shared)}
}

const ada = createAccount('ada')
const bob = createAccount('bob')

test('lists our own logins first, and an account that is in both once', async () => {
  const {store} = combine([ada], [toShared(bob), toShared(ada)])

  expect(await store.list()).toEqual([ada, toShared(bob)])
})

test('prefers the shared login when only that one works', async () => {
  const ended = createAccount('ada', {loginRequired: ENDED})
  const {store} = combine([ended], [toShared(ada)])

  expect(await store.list()).toEqual([toShared(ada)])
  expect(await store.get('ada')).toEqual(toShared(ada))
  expect(await store.reload('ada')).toEqual(toShared(ada))
})

test('keeps to our own login when neither works', async () => {
  const ended = createAccount('ada', {loginRequired: ENDED})
  const {store} = combine([ended], [toShared(ended)])

  expect(await store.list()).toEqual([ended])
})

test('a new login renews the one that is there, and is our own otherwise', async () => {
  const {own, shared, store} = combine([], [toShared(ada)])

  await store.add({...toShared(ada), plan: 'pro'})
  await store.add(bob)

  expect([...shared.stored.values()]).toEqual([{...toShared(ada), plan: 'pro'}])
  expect([...own.stored.values()]).toEqual([bob])
})

test('changes and removes the login that is used', async () => {
  const {own, shared, store} = combine([ada], [toShared(ada), toShared(bob)])

  await store.change('ada', {plan: 'pro'})
  await store.change('bob', {plan: 'team'})
  await store.remove('bob')
  await store.remove('nobody')

  expect(own.stored.get('ada')?.plan).toBe('pro')
  expect([...shared.stored.values()]).toEqual([toShared(ada)])
})

test('hears of changes in both, until it no longer watches', async () => {
  const {own, shared, store} = combine([], [])
  const seen: number[] = []
  const unwatch = store.watch(async () => void seen.push((await store.list()).length))

  await own.add(ada)
  await shared.add(bob)
  unwatch()
  await shared.remove('bob')

  expect(seen).toEqual([1, 2])
})

test('takes the lock where the login is', async () => {
  const {own, shared, store} = combine([ada], [toShared(bob)])
  const locked: string[] = []
  for (const [name, one] of Object.entries({own, shared})) {
    one.lock = async (id, task) => {
      locked.push(`${name} ${id}`)
      return task(NO_JOURNAL)
    }
  }

  expect(await store.lock('ada', async () => 'done')).toBe('done')
  await store.lock('bob', async () => 'done')

  expect(locked).toEqual(['own ada', 'shared bob'])
})
