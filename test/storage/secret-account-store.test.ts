import {describe, expect, test} from 'vitest'
import type {Account} from '../../src/accounts/account.ts'
import {StorageError} from '../../src/errors.ts'
import {createSecretAccountStore} from '../../src/storage/secret-account-store.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'
import {createMemorySecrets, type MemorySecrets} from '../support/memory/memory-secrets.ts'

const first: Account = {
  id: 'user-1:team',
  chatgptAccountId: 'team',
  email: 'a@example.com',
  plan: 'plus',
  tokens: {accessToken: 'at-1', refreshToken: 'rt-1', idToken: 'id-1', expiresAtMs: 7},
}
const second: Account = {
  id: 'user-2:team',
  chatgptAccountId: 'team',
  tokens: {accessToken: 'at-2', refreshToken: 'rt-2', expiresAtMs: 8},
}
const newTokens = {accessToken: 'at-3', refreshToken: 'rt-3', expiresAtMs: 9}

function open(secrets: MemorySecrets) {
  const {log, lines} = createMemoryLog()
  return {store: createSecretAccountStore(secrets, {log}), lines}
}

async function setUp(...accounts: Account[]) {
  const secrets = createMemorySecrets()
  const {store, lines} = open(secrets)
  for (const account of accounts) {
    await store.add(account)
  }
  return {secrets, store, lines}
}

describe('what is stored', () => {
  test('an index of ids and one record per account', async () => {
    const {secrets} = await setUp(first, second)
    expect(Object.fromEntries(secrets.values)).toEqual({
      accounts: '{"version":1,"ids":["user-1:team","user-2:team"]}',
      'account:user-1:team':
        '{"version":1,"id":"user-1:team","chatgptAccountId":"team","email":"a@example.com",' +
        '"plan":"plus","tokens":{"accessToken":"at-1","refreshToken":"rt-1","idToken":"id-1",' +
        '"expiresAtMs":7}}',
      'account:user-2:team':
        '{"version":1,"id":"user-2:team","chatgptAccountId":"team",' +
        '"tokens":{"accessToken":"at-2","refreshToken":"rt-2","expiresAtMs":8}}',
    })
  })

  test('is there again after a restart, in the same order', async () => {
    const {secrets} = await setUp(second, first)
    const {store, lines} = open(secrets)
    expect(await store.list()).toEqual([second, first])
    expect(lines).toEqual([])
  })

  test('is read once, then answered from memory', async () => {
    const {secrets} = await setUp(first, second)
    const {store} = open(secrets)
    await Promise.all([store.list(), store.get(first.id), store.list()])
    const reads = secrets.reads
    expect(await store.get(first.id)).toEqual(first)
    expect(await store.list()).toEqual([first, second])
    expect(secrets.reads).toBe(reads)
  })

  test('nothing is written by reading, and an empty storage is no account', async () => {
    const {store, secrets} = await setUp()
    expect(await store.list()).toEqual([])
    expect(await store.get('user-1:team')).toBeUndefined()
    expect(await store.reload('user-1:team')).toBeUndefined()
    expect(secrets.writes).toBe(0)
  })
})

describe('changes', () => {
  test('a refresh writes one record and nothing else', async () => {
    const {secrets, store} = await setUp(first, second)
    const {writes} = secrets
    await store.change(first.id, {tokens: newTokens})
    expect(secrets.writes).toBe(writes + 1)
    expect(await store.list()).toEqual([{...first, tokens: newTokens}, second])
    expect(await open(secrets).store.get(first.id)).toEqual({...first, tokens: newTokens})
  })

  test('a mark comes, stays through other changes, and goes', async () => {
    const {secrets, store} = await setUp(first)
    const loginRequired = {reason: 'expired', sinceMs: 5} as const
    await store.change(first.id, {loginRequired})
    await store.change(first.id, {plan: 'pro'})
    expect(await open(secrets).store.get(first.id)).toEqual({...first, plan: 'pro', loginRequired})
    await store.change(first.id, {loginRequired: null})
    expect(await open(secrets).store.get(first.id)).toEqual({...first, plan: 'pro'})
  })

  test('where a login was copied from is kept, and so is who used it up', async () => {
    const origin = '/home/ada/.codex/auth.json'
    const {secrets, store} = await setUp({...first, origin})
    const loginRequired = {
      reason: 'reused',
      sinceMs: 5,
      rotatedBy: 'the Codex CLI in ~/.codex',
      rotatedAtMs: 4,
    } as const
    await store.change(first.id, {loginRequired})
    expect(await open(secrets).store.get(first.id)).toEqual({...first, origin, loginRequired})
  })

  test('a new login is no copy any more', async () => {
    const {secrets, store} = await setUp({...first, origin: '/home/ada/.codex/auth.json'})
    await store.add({...first, tokens: newTokens})
    expect(await open(secrets).store.get(first.id)).toEqual({...first, tokens: newTokens})
  })

  test('a new login renews the account in its place and clears the mark', async () => {
    const {secrets, store} = await setUp(first, second)
    await store.change(first.id, {loginRequired: {reason: 'expired', sinceMs: 5}})
    await store.add({...first, tokens: newTokens})
    expect(await store.list()).toEqual([{...first, tokens: newTokens}, second])
    expect(await open(secrets).store.list()).toEqual([{...first, tokens: newTokens}, second])
  })

  test('a removed account takes its tokens with it, and no late change brings it back', async () => {
    const {secrets, store} = await setUp(first, second)
    await Promise.all([store.remove(first.id), store.change(first.id, {tokens: newTokens})])
    expect(await store.list()).toEqual([second])
    expect([...secrets.values.keys()].toSorted()).toEqual(['account:user-2:team', 'accounts'])
  })

  test('removing what is not there is no error', async () => {
    const {store} = await setUp(first)
    await store.remove('nobody')
    expect(await store.list()).toEqual([first])
  })

  test('many changes at once all count', async () => {
    const {secrets, store} = await setUp(first)
    await Promise.all([
      store.change(first.id, {tokens: newTokens}),
      store.add(second),
      store.change(first.id, {plan: 'pro'}),
      store.change(second.id, {email: 'b@example.com'}),
    ])
    expect(await open(secrets).store.list()).toEqual([
      {...first, plan: 'pro', tokens: newTokens},
      {...second, email: 'b@example.com'},
    ])
  })
})

describe('a storage that fails', () => {
  test.each([
    ['add', (store: ReturnType<typeof open>['store']) => store.add(second)],
    ['change', (store: ReturnType<typeof open>['store']) => store.change(first.id, {plan: 'pro'})],
    ['remove', (store: ReturnType<typeof open>['store']) => store.remove(first.id)],
  ])('%s says so and keeps the state before; the next try works', async (_, act) => {
    const {secrets, store} = await setUp(first)
    secrets.failFromWrite = secrets.writes + 1

    await expect(act(store)).rejects.toThrow(StorageError)
    expect(await store.list()).toEqual([first])
    expect(await open(secrets).store.list()).toEqual([first])

    secrets.failFromWrite = Infinity
    await act(store)
    expect(await open(secrets).store.list()).toEqual(await store.list())
    expect(await store.list()).not.toEqual([first])
  })

  test('an account whose id could not be listed is not there, and can be added again', async () => {
    const {secrets, store} = await setUp(first)
    secrets.failFromWrite = secrets.writes + 2
    await expect(store.add(second)).rejects.toThrow(StorageError)
    expect(await store.list()).toEqual([first])

    secrets.failFromWrite = Infinity
    await store.add(second)
    expect(await open(secrets).store.list()).toEqual([first, second])
  })

  test('tokens that could not be deleted go with the next try', async () => {
    const {secrets, store} = await setUp(first)
    secrets.failFromWrite = secrets.writes + 2
    await expect(store.remove(first.id)).rejects.toThrow(StorageError)
    expect(await store.list()).toEqual([])

    secrets.failFromWrite = Infinity
    await store.remove(first.id)
    expect([...secrets.values.keys()]).toEqual(['accounts'])
  })

  test('a locked storage is an error, and is read once it is open', async () => {
    const {secrets} = await setUp(first)
    const {store} = open(secrets)
    secrets.isLocked = true
    await expect(store.list()).rejects.toThrow(StorageError)
    await expect(store.reload(first.id)).rejects.toThrow(StorageError)
    secrets.isLocked = false
    expect(await store.list()).toEqual([first])
  })
})

const GARBAGE = [
  '{"version":1,"ids":["user-1:team","user-2',
  'null',
  '[]',
  '"x"',
  '{}',
  '{"version":1,"ids":[1]}',
  '{"version":2,"ids":["user-1:team"]}',
  '\u0000',
]

describe('a damaged record', () => {
  test.each(GARBAGE)('%j hides one account, without saying what was in it', async (garbage) => {
    const {secrets} = await setUp(first, second)
    secrets.values.set('account:user-1:team', garbage)
    const {store, lines} = open(secrets)

    expect(await store.list()).toEqual([second])
    expect(lines).toEqual(['warn A stored account is damaged {"account":"user-1:t"}'])
    expect(secrets.values.get('account:user-1:team')).toBe(garbage)
  })

  test('is copied before a new login overwrites it, and only the first time', async () => {
    const {secrets} = await setUp(first)
    secrets.values.set('account:user-1:team', 'garbage 1')
    await open(secrets).store.add(first)
    secrets.values.set('account:user-1:team', 'garbage 2')
    await open(secrets).store.add(first)

    expect(secrets.values.get('account:user-1:team:damaged')).toBe('garbage 1')
    expect(await open(secrets).store.list()).toEqual([first])
  })

  test('of another account counts as damaged', async () => {
    const {secrets} = await setUp(first, second)
    secrets.values.set('account:user-1:team', secrets.values.get('account:user-2:team')!)
    expect(await open(secrets).store.list()).toEqual([second])
  })

  test('does not matter while memory has the account', async () => {
    const {secrets, store} = await setUp(first)
    secrets.values.set('account:user-1:team', 'garbage')
    expect(await store.reload(first.id)).toEqual(first)
    await store.change(first.id, {tokens: newTokens})
    expect(await open(secrets).store.list()).toEqual([{...first, tokens: newTokens}])
    expect(secrets.values.get('account:user-1:team:damaged')).toBe('garbage')
  })

  test('goes with its copy when the account is removed', async () => {
    const {secrets, store} = await setUp(first)
    secrets.values.set('account:user-1:team:damaged', 'garbage')
    await store.remove(first.id)
    expect([...secrets.values.keys()]).toEqual(['accounts'])
  })

  test('with a broken detail keeps the login', async () => {
    const {secrets} = await setUp(first)
    const record = JSON.parse(secrets.values.get('account:user-1:team')!) as object
    const broken = {...record, email: 5, plan: '', loginRequired: {reason: 'new reason'}}
    secrets.values.set('account:user-1:team', JSON.stringify(broken))
    expect(await open(secrets).store.list()).toEqual([
      {id: first.id, chatgptAccountId: 'team', tokens: first.tokens},
    ])
  })
})

describe('a damaged index', () => {
  test('is rebuilt from the ids that can still be made out', async () => {
    const {secrets} = await setUp(first, second)
    secrets.values.set('accounts', '{"version":1,"ids":["user-2:team","user-1:team","user-3')
    const {store, lines} = open(secrets)
    expect(await store.list()).toEqual([second, first])
    expect(lines).toEqual(['warn The list of accounts is damaged and is rebuilt'])
  })

  test.each(GARBAGE)('%j is copied before it is written again', async (garbage) => {
    const {secrets, store} = await setUp(first)
    secrets.values.set('accounts', garbage)
    await store.add(second)
    expect(secrets.values.get('accounts:damaged')).toBe(garbage)
    expect(secrets.values.get('accounts')).toBe('{"version":1,"ids":["user-1:team","user-2:team"]}')
  })

  test('that vanished is written again from memory', async () => {
    const {secrets, store} = await setUp(first)
    secrets.values.delete('accounts')
    expect(await store.reload(first.id)).toEqual(first)
    await store.add(second)
    expect(await open(secrets).store.list()).toEqual([first, second])
  })
})

describe('two instances on the same storage', () => {
  test('keep the accounts of each other', async () => {
    const {secrets, store} = await setUp()
    const other = open(secrets).store
    await Promise.all([store.list(), other.list()])

    await Promise.all([store.add(first), other.add(second)])

    const ids = (await open(secrets).store.list()).map(({id}) => id)
    expect(ids.toSorted()).toEqual(['user-1:team', 'user-2:team'])
  })

  test('do not bring back a used-up refresh token', async () => {
    const {secrets, store} = await setUp(first)
    const other = open(secrets).store
    await other.list()
    await store.change(first.id, {tokens: newTokens})

    await other.change(first.id, {plan: 'pro'})

    expect(await open(secrets).store.get(first.id)).toEqual({
      ...first,
      plan: 'pro',
      tokens: newTokens,
    })
  })

  test('see the changes of each other when asked to look', async () => {
    const {secrets, store} = await setUp(first)
    const other = open(secrets).store
    await other.list()
    await store.change(first.id, {tokens: newTokens})
    await store.add(second)

    expect(await other.get(first.id)).toEqual(first)
    expect(await other.reload(first.id)).toEqual({...first, tokens: newTokens})
    expect(await other.get(first.id)).toEqual({...first, tokens: newTokens})
    expect(await other.reload(second.id)).toEqual(second)
  })

  test('do not bring back what the other removed', async () => {
    const {secrets, store} = await setUp(first, second)
    const other = open(secrets).store
    await other.list()
    await store.remove(first.id)

    await other.change(first.id, {tokens: newTokens})

    expect(await other.reload(first.id)).toBeUndefined()
    expect(await other.list()).toEqual([second])
    expect(await open(secrets).store.list()).toEqual([second])
  })
})

describe('who watches', () => {
  test('hears of logins, logouts and logins that ended, when they can be read', async () => {
    const {store} = await setUp(first)
    const seen: number[] = []
    store.watch(async () => void seen.push((await store.list()).length))

    await store.add(second)
    await store.change(second.id, {loginRequired: {reason: 'expired', sinceMs: 1}})
    await store.remove(second.id)

    expect(seen).toEqual([2, 2, 1])
  })

  test('hears nothing of new tokens, nor of a login that could not be stored', async () => {
    const {secrets, store} = await setUp(first)
    const seen: string[] = []
    store.watch(async () => void seen.push('change'))

    await store.change(first.id, {tokens: newTokens})
    secrets.set = async () => Promise.reject(new Error('The disk is full'))
    await expect(store.add(second)).rejects.toThrow(StorageError)

    expect(seen).toEqual([])
  })
})
