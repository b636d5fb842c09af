import {readdirSync, readFileSync} from 'node:fs'
import {rm, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {
  createOwnAccounts,
  type OwnAccounts,
} from '../../../../src/hosts/vscode/storage/own-accounts.ts'
import {ACCOUNT, NOW_MS} from '../../../support/engine/create-backend.ts'
import {createMemoryLog} from '../../../support/memory/memory-log.ts'
import {listOpenFiles} from '../../../support/processes/open-files.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

/** One window of an editor. Its windows share a folder and a secret storage. */
async function openWindow(folder: string, secrets: Map<string, string>) {
  const {log, lines} = createMemoryLog()
  const keys = {
    get: async (name: string) => secrets.get(name),
    store: async (name: string, value: string) => void secrets.set(name, value),
  }
  const own = createOwnAccounts({folder, keys, log, openedAtMs: Date.now()})
  const heard: number[] = []
  own.store.watch(async () => void heard.push((await own.store.list()).length))
  const listeners: ((state: {focused: boolean}) => void)[] = []
  const window = {
    onDidChangeWindowState(listener: (state: {focused: boolean}) => void) {
      listeners.push(listener)
      return {dispose: () => void listeners.splice(0)}
    },
  } as unknown as Parameters<OwnAccounts['followOtherWindows']>[0]
  const ends = await own.followOtherWindows(window)
  const close = () => {
    for (const one of ends) one.dispose()
  }
  onTestFinished(close)
  return {
    store: own.store,
    close,
    heard,
    lines,
    look: (focused: boolean) => {
      for (const listener of listeners) listener({focused})
    },
  }
}

test('a login in one window is seen by the others, which know the key from their start', async () => {
  const folder = path.join(makeTemporaryFolder(), 'made-when-needed')
  const secrets = new Map<string, string>()
  const one = await openWindow(folder, secrets)
  const other = await openWindow(folder, secrets)
  expect(await other.store.list()).toEqual([])

  await one.store.add(ACCOUNT)

  await expect.poll(() => other.heard).toEqual([1])
  expect(await other.store.list()).toEqual([ACCOUNT])
})

test('where the system tells nothing of files, a window that is looked at reads anew', async () => {
  const folder = makeTemporaryFolder()
  const secrets = new Map<string, string>()
  const one = await openWindow(folder, secrets)
  const other = await openWindow(folder, secrets)
  expect(await other.store.list()).toEqual([])
  // What is made in its place is not watched.
  await rm(folder, {recursive: true})
  await one.store.add(ACCOUNT)

  other.look(false)
  await one.store.reload(ACCOUNT.id)
  expect(other.heard).toEqual([])
  other.look(true)

  await expect.poll(() => other.heard).toEqual([1])
})

test('a window that is closed hears nothing any more', async () => {
  const folder = makeTemporaryFolder()
  const secrets = new Map<string, string>()
  const one = await openWindow(folder, secrets)
  const other = await openWindow(folder, secrets)
  expect(await other.store.list()).toEqual([])

  other.close()
  await one.store.add(ACCOUNT)
  other.look(true)
  await one.store.reload(ACCOUNT.id)

  expect(other.heard).toEqual([])
})

test('a folder that cannot be made is a warning, and the window opens all the same', async () => {
  const file = path.join(makeTemporaryFolder(), 'file')
  await writeFile(file, '')

  const {lines} = await openWindow(path.join(file, 'folder'), new Map())

  expect(lines).toEqual(['warn Logins of other windows may not be seen {"name":"ERR_STORAGE"}'])
})

test('tokens that came before a window was killed are found by the next one, and by nobody else', async () => {
  const folder = makeTemporaryFolder()
  const secrets = new Map<string, string>()
  const killed = await openWindow(folder, secrets)
  await killed.store.add(ACCOUNT)
  const answer = {access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600}
  await killed.store.lock(ACCOUNT.id, async (journal) => {
    await journal.begin('rt-1', NOW_MS)
    await journal.keep(JSON.stringify(answer), NOW_MS)
  })
  killed.close()
  const [name = ''] = readdirSync(folder).filter((file) => file.endsWith('.journal'))
  expect(readFileSync(path.join(folder, name), 'latin1')).not.toContain('rt-2')

  const next = await openWindow(folder, secrets)
  const asked = await next.store.lock(ACCOUNT.id, (journal) => journal.lastAsked('rt-1'))

  expect(asked).toBeUndefined()
  expect((await next.store.get(ACCOUNT.id))?.tokens).toEqual({
    accessToken: 'at-2',
    refreshToken: 'rt-2',
    expiresAtMs: NOW_MS + 3_600_000,
  })
  expect(readdirSync(folder)).not.toContain(name)
})

test('after a logout, no journal is left', async () => {
  const folder = makeTemporaryFolder()
  const {store} = await openWindow(folder, new Map())
  await store.add(ACCOUNT)
  await store.lock(ACCOUNT.id, (journal) => journal.begin('rt-1', NOW_MS))
  expect(readdirSync(folder).filter((file) => file.endsWith('.journal'))).toHaveLength(1)

  await store.remove(ACCOUNT.id)

  expect(readdirSync(folder).filter((file) => file.endsWith('.journal'))).toEqual([])
})

test('a refresh that ends at a bad place leaves its journal, but no open file', async () => {
  const folder = makeTemporaryFolder()
  const {store} = await openWindow(folder, new Map())
  await store.add(ACCOUNT)

  const failing = store.lock(ACCOUNT.id, async (journal) => {
    await journal.begin('rt-1', NOW_MS)
    throw new Error('The window is closed')
  })

  await expect(failing).rejects.toThrow('The window is closed')
  // What the window reads anew in the background is open for a moment.
  await expect.poll(() => listOpenFiles(folder)).toEqual([])
  expect(await store.lock(ACCOUNT.id, (journal) => journal.lastAsked('rt-1'))).toBe(NOW_MS)
})
