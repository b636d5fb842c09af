import {readdirSync, readFileSync, statSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {StorageError} from '../../src/errors.ts'
import {setAside} from '../../src/files/set-aside.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

test('keeps each content once, byte by byte, for this user only', async () => {
  const folder = makeTemporaryFolder()
  const file = path.join(folder, 'registry.json')
  const bytes = Buffer.from([0x7b, 0xff, 0x00])
  await writeFile(file, bytes)

  const copy = await setAside(file, 1000)
  await setAside(file, 2000)
  await writeFile(file, 'other')
  await setAside(file, 1000)

  expect(copy).toBe(`${file}.corrupt-1000`)
  expect(readFileSync(copy)).toEqual(bytes)
  expect(statSync(copy).mode & 0o077).toBe(0)
  expect(readdirSync(folder).toSorted()).toEqual([
    'registry.json',
    'registry.json.corrupt-1000',
    'registry.json.corrupt-1001',
  ])
})

test('what cannot be copied is an error', async () => {
  const folder = makeTemporaryFolder()
  await mkdir(path.join(folder, 'auth.json'))
  await expect(setAside(path.join(folder, 'auth.json'), 1)).rejects.toThrow(StorageError)
})
