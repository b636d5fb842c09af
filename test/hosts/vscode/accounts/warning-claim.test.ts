import {rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {expect, test} from 'vitest'
import {createUsageWarnings} from '../../../../src/accounts/usage/usage-warnings.ts'
import {warnOfLimits} from '../../../../src/accounts/usage/warn-of-limits.ts'
import {createWarningClaim} from '../../../../src/hosts/vscode/accounts/warning-claim.ts'
import {createUsage, createWindow} from '../../../support/accounts/create-usage.ts'
import {createMemoryAccountStore} from '../../../support/memory/memory-account-store.ts'
import {createAccount} from '../../../support/accounts/start-pool.ts'
import {makeTemporaryFolder} from '../../../support/temporary-folder.ts'

/** Some windows of one editor; `read` tells one of them how much is left. */
function openWindows(folder: string) {
  const store = createMemoryAccountStore(createAccount('a', {email: 'a@example.com'}))
  const said: string[] = []
  const tell = (sentence: string) => void said.push(sentence.replace(/ It resets on .*/, ''))
  const openWindow = () => {
    const warnings = createUsageWarnings()
    const claim = createWarningClaim({folder, thresholds: () => [25, 10, 5]})
    return (leftPercent: number) => {
      const usage = createUsage({windows: [createWindow({usedPercent: 100 - leftPercent})]})
      const memory = {warnings, usage: {get: () => usage}}
      return warnOfLimits('a', {store, memory, tell, claim})
    }
  }
  return {said, openWindow}
}

test('of several windows, one says it, for each threshold', async () => {
  const {said, openWindow} = openWindows(makeTemporaryFolder())
  const windows = [openWindow(), openWindow(), openWindow()]
  await Promise.all(windows.map((read) => read(20)))
  await Promise.all(windows.map((read) => read(19)))
  await Promise.all(windows.map((read) => read(8)))
  expect(said).toEqual([
    'a@example.com has 20 % left of its 5 h limit.',
    'a@example.com has 8 % left of its 5 h limit.',
  ])
})

test('a window that is opened later says nothing that was said', async () => {
  const {said, openWindow} = openWindows(makeTemporaryFolder())
  await openWindow()(20)
  await openWindow()(20)
  expect(said).toHaveLength(1)
})

test('where there is no way to know of the others, each window says it', async () => {
  const folder = makeTemporaryFolder()
  const {said, openWindow} = openWindows(path.join(folder, 'file'))
  writeFileSync(path.join(folder, 'file'), '')
  await openWindow()(20)
  await openWindow()(20)
  expect(said).toHaveLength(2)
})

test('a file that is broken, or gone, counts as nothing said', async () => {
  const folder = makeTemporaryFolder()
  const {said, openWindow} = openWindows(folder)
  writeFileSync(path.join(folder, 'warnings.json'), '{"a": [{"limit"')
  await openWindow()(20)
  rmSync(path.join(folder, 'warnings.json'))
  await openWindow()(20)
  expect(said).toHaveLength(2)
})
