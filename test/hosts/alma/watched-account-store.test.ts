import {expect, test} from 'vitest'
import {withAccountWatch} from '../../../src/hosts/alma/watched-account-store.ts'
import {ACCOUNT} from '../../support/create-backend.ts'
import {createMemoryAccountStore} from '../../support/memory-account-store.ts'

test('who watches sees the accounts as they are after a login and a logout, and only then', async () => {
  const store = createMemoryAccountStore()
  const seen: number[] = []
  const watched = withAccountWatch(store, async () => {
    seen.push(store.stored.size)
  })

  await watched.add(ACCOUNT)
  expect(seen).toEqual([1])
  await watched.change(ACCOUNT.id, {plan: 'pro'})
  expect((await watched.get(ACCOUNT.id))?.plan).toBe('pro')
  expect(seen).toEqual([1])
  await watched.remove(ACCOUNT.id)
  expect(seen).toEqual([1, 0])
})

test('a login that could not be stored is none', async () => {
  const store = createMemoryAccountStore()
  store.failingWrites = 1
  const seen: number[] = []
  const watched = withAccountWatch(store, async () => {
    seen.push(store.stored.size)
  })

  await expect(watched.add(ACCOUNT)).rejects.toThrow('The disk is full')
  expect(seen).toEqual([])
})
