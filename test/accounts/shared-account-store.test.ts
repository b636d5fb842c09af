import {readFileSync} from 'node:fs'
import path from 'node:path'
import {expect, onTestFinished, test, vi} from 'vitest'
import {toAccount} from '../../src/accounts/account.ts'
import {createCombinedAccountStore} from '../../src/accounts/combined-account-store.ts'
import {createAccountDirectories} from '../../src/accounts/directories/account-directories.ts'
import {createSharedAccountStore} from '../../src/accounts/shared-account-store.ts'
import {buildLogin} from '../support/build-login.ts'
import {createMemoryLog} from '../support/memory-log.ts'
import {createMemoryAccountStore} from '../support/memory-account-store.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

const NOW_MS = 1_800_000_000_000

/** Opens the accounts of a folder. The clock stands still, so it is read again only when it has changed. */
function open(folder: string) {
  const {log} = createMemoryLog()
  const looks: number[] = []
  const store = createSharedAccountStore({
    folder: () => folder,
    links: () => {
      looks.push(looks.length)
      return []
    },
    load: async () => {},
    emptyFolder: folder,
    now: () => NOW_MS,
    log,
  })
  onTestFinished(() => store.close())
  const directories = createAccountDirectories({base: folder, now: () => NOW_MS, log})
  return {directories, looks, store}
}

test('a request that outlives the plugin still finds its account, and leaves no watch behind', async () => {
  const folder = makeTemporaryFolder()
  const {directories, looks, store} = open(folder)
  await directories.addLogin(toAccount(buildLogin({user: 'ada'})))
  store.close()
  expect(await store.list()).toHaveLength(1)
  const later = open(folder).store
  const heard: string[] = []
  later.watch(async () => void heard.push('change'))
  await later.list()
  const looksBefore = looks.length

  await directories.addLogin(toAccount(buildLogin({user: 'bob'})))
  await vi.waitFor(() => expect(heard).toContain('change'))

  expect(looks).toHaveLength(looksBefore)
})

test.each(['folder', 'links'] as const)(
  'what a refresh brings reaches the login that it was for, though it is no longer shared (%s)',
  async (way) => {
    const base = makeTemporaryFolder()
    const {directories} = open(base)
    const home = await directories.addLogin(toAccount(buildLogin({user: 'ada'})))
    const shared = {folder: way === 'folder' ? base : undefined, links: [home]}
    const store = createSharedAccountStore({
      folder: () => shared.folder,
      links: () => (way === 'links' ? shared.links : []),
      load: async () => {},
      emptyFolder: path.join(base, 'none'),
      now: () => NOW_MS,
      log: createMemoryLog().log,
    })
    onTestFinished(() => store.close())
    const combined = createCombinedAccountStore(createMemoryAccountStore(), store)

    await combined.lock('ada:team', async () => {
      shared.folder = undefined
      shared.links = []
      await store.refresh()
      const tokens = buildLogin({user: 'ada', serial: 2})
      await combined.change('ada:team', {tokens, spentRefreshToken: 'refresh-ada-1'})
    })

    expect(await combined.list()).toEqual([])
    expect(readFileSync(path.join(home, 'auth.json'), 'utf8')).toContain('refresh-ada-2')
  },
)
