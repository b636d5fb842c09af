import {expect, test} from 'vitest'
import {withMigration} from '../../../src/hosts/alma/migrated-account-store.ts'
import {ACCOUNT} from '../../support/create-backend.ts'
import {createMemoryAccountStore} from '../../support/memory-account-store.ts'

test('a listener that asks for the accounts does not stop the migration that woke it', async () => {
  const store = createMemoryAccountStore()
  const migrated = withMigration(store, async () => store.add(ACCOUNT))
  const seen: string[][] = []
  migrated.watch(async () => {
    const accounts = await migrated.list()
    seen.push(accounts.map(({id}) => id))
  })

  expect(await migrated.list()).toEqual([ACCOUNT])

  await expect.poll(() => seen).toEqual([['user-1:account-1']])
})

test('after the migration, whoever makes a change waits for the listeners', async () => {
  const migrated = withMigration(createMemoryAccountStore(), async () => {})
  const seen: string[] = []
  migrated.watch(async () => {
    await migrated.list()
    seen.push('told')
  })

  await migrated.add(ACCOUNT)

  expect(seen).toEqual(['told'])
})
