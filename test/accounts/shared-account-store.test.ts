import {expect, onTestFinished, test, vi} from 'vitest'
import {toAccount} from '../../src/accounts/account.ts'
import {createAccountDirectories} from '../../src/accounts/directories/account-directories.ts'
import {createSharedAccountStore} from '../../src/accounts/shared-account-store.ts'
import {buildLogin} from '../support/build-login.ts'
import {createMemoryLog} from '../support/memory-log.ts'
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
