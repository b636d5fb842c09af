import {readdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import type {Account} from '../../../../src/accounts/account.ts'
import {StorageError} from '../../../../src/errors.ts'
import {
  createWindowAccountStore,
  type WindowAccountStore,
} from '../../../../src/hosts/vscode/storage/window-account-store.ts'
import {createSecretAccountStore} from '../../../../src/storage/secret-account-store.ts'
import {ACCOUNT} from '../../../support/engine/create-backend.ts'
import {createGate} from '../../../support/gate.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {createMemorySecrets, type MemorySecrets} from '../../../support/memory/memory-secrets.ts'
import {rejectionOf} from '../../../support/rejection.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

const ADA = ACCOUNT
const BOB: Account = {...ACCOUNT, id: 'user-2:account-2', email: 'bob@example.com'}
const NEW_TOKENS = {accessToken: 'at-2', refreshToken: 'rt-2', expiresAtMs: 2_000_000_000_000}
const LOGIN_REQUIRED = {reason: 'expired', sinceMs: 1} as const

/** Windows of one editor: they share what is stored, and the folder of the locks. */
function openWindows({folder = makeTemporaryFolder()} = {}) {
  const secrets = createMemorySecrets()
  const open = (): WindowAccountStore =>
    createWindowAccountStore({
      open: () => createSecretAccountStore(secrets, {log: createMemoryLog().log}),
      folder,
    })
  return {secrets, folder, open, one: open(), other: open()}
}

async function idsOf(store: WindowAccountStore): Promise<readonly string[]> {
  return (await store.list()).map(({id}) => id)
}

/** How often it was told of changes. */
function countNews(store: WindowAccountStore): {count: number} {
  const news = {count: 0}
  store.watch(async () => void (news.count += 1))
  return news
}

/** Holds the next read of an account, once it has the value, until the gate is opened. */
function holdNextRead(secrets: MemorySecrets) {
  const read = secrets.get.bind(secrets)
  const gate = createGate()
  const reached = createGate()
  secrets.get = async (key) => {
    const value = await read(key)
    if (key === `account:${ADA.id}`) {
      secrets.get = read
      reached.open()
      await gate.opened
    }
    return value
  }
  return {gate, reached}
}

test('what one window changes is seen by another once it looks anew', async () => {
  const {one, other} = openWindows()
  expect(await idsOf(other)).toEqual([])
  await one.add(ADA)
  expect(await idsOf(other)).toEqual([])
  await other.refresh()
  expect(await idsOf(other)).toEqual([ADA.id])
  await other.add(BOB)
  await other.remove(ADA.id)
  await one.refresh()
  expect(await idsOf(one)).toEqual([BOB.id])
})

test('a window that looks anew is told only when somebody came, went or has to log in', async () => {
  const {one, other} = openWindows()
  await other.list()
  const news = countNews(other)
  await other.refresh()
  expect(news.count).toBe(0)
  await one.add(ADA)
  await other.refresh()
  expect(news.count).toBe(1)
  await one.change(ADA.id, {tokens: NEW_TOKENS})
  await other.refresh()
  expect(await other.get(ADA.id)).toMatchObject({tokens: NEW_TOKENS})
  expect(news.count).toBe(1)
  await one.change(ADA.id, {loginRequired: LOGIN_REQUIRED})
  await other.refresh()
  expect(news.count).toBe(2)
  await one.remove(ADA.id)
  await other.refresh()
  expect(news.count).toBe(3)
})

test('a window is told of its own changes, once each, also after it has looked anew', async () => {
  const {one} = openWindows()
  const news = countNews(one)
  await one.refresh()
  await one.add(ADA)
  expect(news.count).toBe(1)
  await one.refresh()
  expect(news.count).toBe(1)
  await one.change(ADA.id, {tokens: NEW_TOKENS})
  expect(news.count).toBe(1)
  await one.change(ADA.id, {loginRequired: LOGIN_REQUIRED})
  expect(news.count).toBe(2)
  // A new login of an account that is there: its plan and its models may be others.
  await one.add(ADA)
  expect(news.count).toBe(3)
  await one.remove(ADA.id)
  expect(news.count).toBe(4)
})

test('who no longer watches is not told', async () => {
  const {one} = openWindows()
  let count = 0
  const end = one.watch(async () => void (count += 1))
  await one.add(ADA)
  end()
  await one.add(BOB)
  expect(count).toBe(1)
})

test('a window is told of a login that ended elsewhere even if it has read of it by itself', async () => {
  const {one, other} = openWindows()
  await one.add(ADA)
  await other.list()
  const news = countNews(other)
  await one.change(ADA.id, {loginRequired: LOGIN_REQUIRED})
  // Its own refresh waited for the other's, and looks at what that has stored.
  expect(await other.reload(ADA.id)).toMatchObject({loginRequired: LOGIN_REQUIRED})
  await other.refresh()
  expect(news.count).toBe(1)
})

test('a window is told of an account that is gone even if it has read of it by itself', async () => {
  const {one, other} = openWindows()
  await one.add(ADA)
  await other.list()
  const news = countNews(other)
  await one.remove(ADA.id)
  expect(await other.reload(ADA.id)).toBe(undefined)
  await other.refresh()
  expect(news.count).toBe(1)
  expect(await idsOf(other)).toEqual([])
})

test('whoever is told of a change may make one, and wait for it', async () => {
  const {one} = openWindows()
  one.watch(async () => {
    const account = await one.get(ADA.id)
    if (account?.email !== 'new@example.com') await one.change(ADA.id, {email: 'new@example.com'})
  })
  await one.add(ADA)
  expect(await one.get(ADA.id)).toMatchObject({email: 'new@example.com'})
})

test('changes that are asked for at once are made one after the other, none is lost', async () => {
  const {one, other} = openWindows()
  await one.add(ADA)
  await Promise.all([
    one.change(ADA.id, {plan: 'pro'}),
    one.refresh(),
    one.add(BOB),
    one.refresh(),
    one.change(ADA.id, {email: 'new@example.com'}),
    one.change(BOB.id, {plan: 'team'}),
  ])
  await other.refresh()
  for (const window of [one, other]) {
    expect(await window.list()).toMatchObject([
      {id: ADA.id, plan: 'pro', email: 'new@example.com'},
      {id: BOB.id, plan: 'team'},
    ])
  }
})

test('a change that is made while everything is read anew is not undone by what was read', async () => {
  const {one, secrets} = openWindows()
  await one.add(ADA)
  const {gate, reached} = holdNextRead(secrets)
  const refresh = one.refresh()
  await reached.opened
  const change = one.change(ADA.id, {tokens: NEW_TOKENS})
  gate.open()
  await Promise.all([refresh, change])
  expect(await one.get(ADA.id)).toMatchObject({tokens: NEW_TOKENS})
})

test('what is read of one account while everything is read anew is not undone either', async () => {
  const {one, other, secrets} = openWindows()
  await one.add(ADA)
  await other.list()
  const {gate, reached} = holdNextRead(secrets)
  const refresh = other.refresh()
  await reached.opened
  await one.change(ADA.id, {tokens: NEW_TOKENS})
  const reload = other.reload(ADA.id)
  gate.open()
  await refresh
  expect(await reload).toMatchObject({tokens: NEW_TOKENS})
  expect(await other.get(ADA.id)).toMatchObject({tokens: NEW_TOKENS})
})

test('a write that fails keeps what was there, tells nobody, and does not stop the next one', async () => {
  const {one, secrets} = openWindows()
  await one.add(ADA)
  const news = countNews(one)
  secrets.failFromWrite = secrets.writes + 1
  expect(await rejectionOf(one.add(BOB))).toBeInstanceOf(StorageError)
  expect(await idsOf(one)).toEqual([ADA.id])
  expect(news.count).toBe(0)
  secrets.failFromWrite = Infinity
  await one.add(BOB)
  expect(await idsOf(one)).toEqual([ADA.id, BOB.id])
})

test('an account that could only be taken off the list is gone for those who watch, too', async () => {
  const {one, secrets} = openWindows()
  await one.add(ADA)
  const news = countNews(one)
  // The list is written, and then the login itself cannot be deleted.
  secrets.failFromWrite = secrets.writes + 2
  expect(await rejectionOf(one.remove(ADA.id))).toBeInstanceOf(StorageError)
  await one.refresh()
  expect(await idsOf(one)).toEqual([])
  expect(news.count).toBe(1)
})

test('while the store cannot be read, a window goes on with what it knows', async () => {
  const {one, secrets} = openWindows()
  await one.add(ADA)
  const news = countNews(one)
  secrets.isLocked = true
  expect(await rejectionOf(one.refresh())).toBeInstanceOf(StorageError)
  expect(await idsOf(one)).toEqual([ADA.id])
  secrets.isLocked = false
  await one.refresh()
  expect(await idsOf(one)).toEqual([ADA.id])
  expect(news.count).toBe(0)
})

test('two windows do not work on one account at once, and on two they do', async () => {
  const {one, other} = openWindows()
  const steps: string[] = []
  const gate = createGate()
  const begun = createGate()
  const first = one.lock(ADA.id, async () => {
    steps.push('one begins')
    begun.open()
    await gate.opened
    steps.push('one ends')
  })
  await begun.opened
  const second = other.lock(ADA.id, async () => void steps.push('other'))
  await other.lock(BOB.id, async () => void steps.push('another account'))
  gate.open()
  await Promise.all([first, second])
  expect(steps).toEqual(['one begins', 'another account', 'one ends', 'other'])
})

test('a lock ends with a task that fails, and its file names nobody', async () => {
  const {folder, one, other} = openWindows()
  const failure = new TypeError('no')
  expect(await rejectionOf(one.lock(ADA.id, () => Promise.reject(failure)))).toBe(failure)
  expect(await other.lock(ADA.id, async () => 'done')).toBe('done')
  expect(await readdir(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.lock$/)])
})

test('where there can be no lock, it is an error of the storage', async () => {
  const file = path.join(makeTemporaryFolder(), 'file')
  await writeFile(file, '')
  const {one} = openWindows({folder: path.join(file, 'folder')})
  expect(await rejectionOf(one.lock(ADA.id, async () => 'done'))).toBeInstanceOf(StorageError)
})
