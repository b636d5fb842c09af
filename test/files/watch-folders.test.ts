import {mkdirSync, writeFileSync} from 'node:fs'
import {stat} from 'node:fs/promises'
import path from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {watchFolders} from '../../src/files/watch-folders.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

function write(folder: string): void {
  writeFileSync(path.join(folder, 'auth.json'), '{}')
}

/** A watch over two folders, and a drive that answers for a folder when the test says so. */
function setUp() {
  const base = makeTemporaryFolder()
  const [silent, alive] = ['silent', 'alive'].map((name) => path.join(base, name)) as [
    string,
    string,
  ]
  mkdirSync(silent)
  mkdirSync(alive)
  const waiting: (() => void)[] = []
  const asked: string[] = []
  const heard: string[] = []
  const folders = watchFolders(['auth.json'], () => void heard.push('change'), {
    async stat(folder) {
      asked.push(folder)
      if (folder === silent) await new Promise<void>((resolve) => void waiting.push(resolve))
      return stat(folder)
    },
  })
  onTestFinished(() => {
    folders.close()
    for (const answer of waiting) answer()
  })
  return {folders, silent, alive, asked, heard, waiting}
}

test('a drive that does not answer holds nobody up: its folder is not watched, the others are', async () => {
  const {folders, silent, alive, asked, heard, waiting} = setUp()

  folders.follow([silent, alive])
  await expect.poll(() => asked).toEqual([silent, alive])

  await expect
    .poll(() => {
      write(alive)
      return heard
    })
    .toContain('change')
  heard.length = 0
  write(silent)
  // It is watched as soon as its drive is there again.
  waiting[0]?.()
  await expect
    .poll(() => {
      write(silent)
      return heard
    })
    .toContain('change')
})

test('a folder that is not wanted any more when its drive answers is not watched', async () => {
  const {folders, silent, alive, heard, waiting} = setUp()
  folders.follow([silent])
  await expect.poll(() => waiting.length).toBe(1)

  folders.follow([alive])
  waiting[0]?.()
  await expect
    .poll(() => {
      write(alive)
      return heard
    })
    .toContain('change')
  heard.length = 0
  write(silent)
  folders.close()

  expect(heard).toEqual([])
})
