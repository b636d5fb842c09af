import {expect, test} from 'vitest'
import {withMigration} from '../../../../src/hosts/alma/migration/migrated-account-store.ts'
import {ACCOUNT} from '../../../support/engine/create-backend.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'

test('what is taken over is there at the first call', async () => {
  const inner = createMemoryAccountStore()
  const store = withMigration(inner, () => inner.add(ACCOUNT))

  expect(await store.get(ACCOUNT.id)).toEqual(ACCOUNT)
})

test('who watches may ask for the accounts, and hears of changes after the migration only', async () => {
  const inner = createMemoryAccountStore()
  const store = withMigration(inner, () => inner.add(ACCOUNT))
  const seen: number[] = []
  store.watch(async () => void seen.push((await store.list()).length))

  expect(await store.list()).toEqual([ACCOUNT])
  expect(seen).toEqual([])

  await store.add({...ACCOUNT, id: 'user-2:account-2'})
  expect(seen).toEqual([2])
})
