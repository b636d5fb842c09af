import {expect, test} from 'vitest'
import type {Account, AccountStore} from '../../src/accounts/account.ts'
import {createCombinedAccountStore} from '../../src/accounts/shared/combined-account-store.ts'
import {StorageError} from '../../src/errors.ts'
import {logOut, type LogOutOptions} from '../../src/engine/log-out.ts'
import type {FetchFunction} from '../../src/http/fetch.ts'
import {ACCOUNT} from '../support/engine/create-backend.ts'
import {createMemoryAccountStore} from '../support/memory/memory-account-store.ts'
import {createMemoryLog} from '../support/memory/memory-log.ts'

const HOME = '/home/ada/.codex'

function createAccount(name: string, refreshToken = `rt-${name}`, home?: string): Account {
  return {
    ...ACCOUNT,
    id: name,
    email: `${name}@example.com`,
    tokens: {...ACCOUNT.tokens, refreshToken},
    ...(home !== undefined && {home}),
  }
}

const ada = createAccount('ada')
const bob = createAccount('bob')
const cy = createAccount('cy')
const sharedAda = createAccount('ada', 'rt-ada-shared', HOME)
const sharedBob = createAccount('bob', 'rt-bob-shared', '/home/ada/.codex-bob')

interface Situation {
  readonly own?: readonly Account[]
  readonly shared?: readonly Account[]
  /** What the user answers about shared logins. Default: they stay. */
  readonly agrees?: boolean
  /** What happens while the question is on the screen. */
  readonly meanwhile?: (stores: {readonly shared: AccountStore}) => Promise<void>
  /** How the server answers a revocation. Default: it confirms it. */
  readonly revoke?: () => Promise<Response>
}

/** Everything that a sign-out did, in its order. */
function start({own = [], shared = [], ...situation}: Situation) {
  const {agrees = false, meanwhile, revoke = async () => new Response()} = situation
  const events: string[] = []
  const {log, lines} = createMemoryLog()
  const sharedStore = createMemoryAccountStore(...shared)
  const store = createCombinedAccountStore(createMemoryAccountStore(...own), sharedStore)
  const fetch: FetchFunction = async (_input, init) => {
    const {token} = JSON.parse(init?.body as string) as {token: string}
    events.push(`revoke ${token}`)
    return revoke()
  }
  const server = {issuer: new URL('https://auth.example'), clientId: 'client'}
  const options = {store, log, tokenRequest: {server, fetch, now: () => 0}}
  const dialogs = {
    async mayEnd({id, home}: Account) {
      events.push(`ask about ${id} in ${home}`)
      await meanwhile?.({shared: sharedStore})
      return agrees
    },
    tell: (sentences: string) => void events.push(sentences),
  }
  return {
    events,
    lines,
    store,
    sharedStore,
    run: async (accounts: readonly Account[], changes: Partial<LogOutOptions> = {}) =>
      logOut(accounts, {...options, ...changes}, dialogs),
    left: async () => (await store.list()).map(({tokens}) => tokens.refreshToken),
  }
}

/** The store, which cannot remove the account once `isBroken` says so. */
function withBrokenRemoval(
  store: AccountStore,
  isBroken: (account: Account | undefined) => boolean,
): AccountStore {
  return {
    ...store,
    async remove(id) {
      if (isBroken(await store.get(id))) throw new StorageError('The disk is full')
      await store.remove(id)
    },
  }
}

test('forgets first, says so, and revokes after: nobody waits for the network', async () => {
  const {events, left, run} = start({own: [ada, bob, cy]})

  await run([ada, bob])

  expect(events).toEqual([
    'Logged out of ada@example.com, bob@example.com.',
    'revoke rt-ada',
    'revoke rt-bob',
  ])
  expect(await left()).toEqual(['rt-cy'])
})

test('asks about a shared login behind one of our own, and ends both', async () => {
  const {events, left, run} = start({own: [ada], shared: [sharedAda], agrees: true})

  await run([ada])

  expect(events).toEqual([
    'ask about ada in /home/ada/.codex',
    'Logged out of ada@example.com.',
    'revoke rt-ada',
    'revoke rt-ada-shared',
  ])
  expect(await left()).toEqual([])
})

test('a shared login behind one of our own stays when the user says so', async () => {
  const {events, left, run} = start({own: [ada, bob], shared: [sharedAda]})

  await run([ada, bob])

  expect(events).toEqual([
    'ask about ada in /home/ada/.codex',
    'Logged out of bob@example.com. Other programs go on sharing their login of ada@example.com.',
    'revoke rt-ada',
    'revoke rt-bob',
  ])
  expect(await left()).toEqual(['rt-ada-shared'])
})

test('our own login that has ended goes as well, behind a shared one that works', async () => {
  const ended = {...ada, loginRequired: {reason: 'expired', sinceMs: 1}} as const
  const {events, left, run} = start({own: [ended], shared: [sharedAda], agrees: true})

  await run([sharedAda])

  expect(events).toEqual([
    'ask about ada in /home/ada/.codex',
    'Logged out of ada@example.com.',
    'revoke rt-ada-shared',
    'revoke rt-ada',
  ])
  expect(await left()).toEqual([])
})

test('a login that is only used where it is stays good there', async () => {
  const {events, left, sharedStore, run} = start({shared: [sharedAda, sharedBob]})
  const unlink = async (home: string) => {
    if (home === HOME) await sharedStore.remove('ada')
    return home === HOME
  }

  await run([sharedAda, sharedBob], {unlink})

  expect(events).toEqual([
    'ask about bob in /home/ada/.codex-bob',
    'ada@example.com is no longer used here, and stays logged in in /home/ada/.codex. Other programs go on sharing their login of bob@example.com.',
  ])
  expect(await left()).toEqual(['rt-bob-shared'])
})

test.each([
  ['refuses', async () => new Response(null, {status: 503})],
  ['is not there', async () => Promise.reject(new TypeError('fetch failed'))],
])('an account is gone even when the server %s', async (_, revoke) => {
  const {events, left, lines, run} = start({own: [ada], revoke})

  await run([ada])

  expect(events).toEqual(['Logged out of ada@example.com.', 'revoke rt-ada'])
  expect(await left()).toEqual([])
  expect(lines).toEqual(['warn A login could not be revoked at the server; it will expire'])
})

test('when one of several cannot be removed, those before it are told of and revoked', async () => {
  const {events, left, run, store} = start({own: [ada, bob, cy]})
  const broken = withBrokenRemoval(store, (account) => account?.id === 'bob')

  await expect(run([ada, bob, cy], {store: broken})).rejects.toThrow('The disk is full')

  expect(events).toEqual(['Logged out of ada@example.com.', 'revoke rt-ada'])
  expect(await left()).toEqual(['rt-bob', 'rt-cy'])
})

test('when the first cannot be removed, nothing is told but the failure', async () => {
  const {events, left, run, store} = start({own: [ada, bob]})
  const broken = withBrokenRemoval(store, () => true)

  await expect(run([ada, bob], {store: broken})).rejects.toThrow('The disk is full')

  expect(events).toEqual([])
  expect(await left()).toEqual(['rt-ada', 'rt-bob'])
})

test('who still has a shared login that cannot be removed is not called signed out', async () => {
  const {events, left, run, store} = start({
    own: [ada, bob],
    shared: [sharedAda, sharedBob],
    agrees: true,
  })
  const broken = withBrokenRemoval(store, (account) => account?.home === sharedBob.home)

  await expect(run([ada, bob], {store: broken})).rejects.toThrow('The disk is full')

  expect(events).toEqual([
    'ask about ada in /home/ada/.codex',
    'ask about bob in /home/ada/.codex-bob',
    'Logged out of ada@example.com.',
    'revoke rt-ada',
    'revoke rt-ada-shared',
    'revoke rt-bob',
  ])
  expect(await left()).toEqual(['rt-bob-shared'])
})

test('a login that was refreshed while the question was open is revoked as it is now', async () => {
  const tokens = {...sharedAda.tokens, refreshToken: 'rt-ada-newer'}
  const {events, run} = start({
    shared: [sharedAda],
    agrees: true,
    meanwhile: ({shared}) => shared.change('ada', {tokens}),
  })

  await run([sharedAda])

  expect(events.at(-1)).toBe('revoke rt-ada-newer')
})
