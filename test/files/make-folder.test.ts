import {mkdirSync, rmdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {platform} from 'node:os'
import path from 'node:path'
import {expect, test} from 'vitest'
import {makeFolder} from '../../src/files/make-folder.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

test('makes what is missing, and leaves what is there', async () => {
  const base = makeTemporaryFolder()
  mkdirSync(path.join(base, 'a'), {mode: 0o755})
  const folder = path.join(base, 'a/b/c')

  await makeFolder(folder, 0o700)
  await makeFolder(folder, 0o755)

  expect(['a', 'a/b', 'a/b/c'].map((name) => statSync(path.join(base, name)).mode & 0o777)).toEqual(
    [0o755, 0o700, 0o700],
  )
})

test('a link to a folder is one, and a file is none', async () => {
  const base = makeTemporaryFolder()
  symlinkSync(base, path.join(base, 'link'))
  writeFileSync(path.join(base, 'file'), '')

  await makeFolder(path.join(base, 'link'))
  await makeFolder(path.join(base, 'link/new'))

  await expect(makeFolder(path.join(base, 'file'))).rejects.toThrow('EEXIST')
  await expect(makeFolder(path.join(base, 'file/new'))).rejects.toThrow('ENOTDIR')
})

test.runIf(platform() === 'linux')('below a folder that was removed there is none', async () => {
  const base = path.join(makeTemporaryFolder(), 'gone')
  mkdirSync(base)
  await using handle = await open(base)
  rmdirSync(base)

  // There it is still a folder, in which nothing can be made.
  const gone = makeFolder(`/proc/self/fd/${handle.fd}/new/folder`)

  await expect(gone).rejects.toThrow('ENOENT')
})
