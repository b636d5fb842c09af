import {lstatSync, readdirSync, readFileSync, statSync, symlinkSync} from 'node:fs'
import {mkdir, writeFile as write} from 'node:fs/promises'
import {platform} from 'node:os'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {StorageError} from '../../src/errors.ts'
import {writeFile} from '../../src/files/write-file.ts'
import {rejectionOf} from '../support/rejection.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

function fail(code: string): Error {
  return Object.assign(new Error(code), {code})
}

test('writes what is new and what is there', async () => {
  const folder = makeTemporaryFolder()
  const file = path.join(folder, 'a.json')
  await writeFile(file, '1')
  expect(readFileSync(file, 'utf8')).toBe('1')
  await writeFile(file, '2')
  expect(readFileSync(file, 'utf8')).toBe('2')
  expect(readdirSync(folder)).toEqual(['a.json'])
})

describe.skipIf(platform() === 'win32')('modes', () => {
  test('a new file is 0600, and a looser one is 0600 after the next write', async () => {
    const folder = makeTemporaryFolder()
    const file = path.join(folder, 'a.json')
    await write(path.join(folder, 'loose.json'), 'x', {mode: 0o644})
    await writeFile(file, '1')
    await writeFile(path.join(folder, 'loose.json'), '1')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(path.join(folder, 'loose.json')).mode & 0o777).toBe(0o600)
  })

  test('the temporary file is 0600 before it has its name', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.json')
    const modes: number[] = []
    const rename = async (from: string) => void modes.push(statSync(from).mode & 0o777)
    await writeFile(file, '1', {rename})
    expect(modes).toEqual([0o600])
  })
})

describe('links', () => {
  test('a linked file is written where it is, and the link stays', async () => {
    const folder = makeTemporaryFolder()
    await mkdir(path.join(folder, 'real'))
    await write(path.join(folder, 'real', 'auth.json'), 'old')
    const link = path.join(folder, 'auth.json')
    symlinkSync(path.join('real', 'auth.json'), link)

    await writeFile(link, 'new')

    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(path.join(folder, 'real', 'auth.json'), 'utf8')).toBe('new')
    expect(readdirSync(path.join(folder, 'real'))).toEqual(['auth.json'])
  })

  test('a link to a file that is not there yet brings it about', async () => {
    const folder = makeTemporaryFolder()
    await mkdir(path.join(folder, 'real'))
    const link = path.join(folder, 'auth.json')
    symlinkSync(path.join('real', 'auth.json'), link)
    await writeFile(link, 'new')
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(path.join(folder, 'real', 'auth.json'), 'utf8')).toBe('new')
  })
})

test('what a killed writer left is removed, and nothing that is not ours', async () => {
  const folder = makeTemporaryFolder()
  const names = [
    '.auth-Ab12Cd',
    '.auth.json.openai-codex-auth-0123456789ab',
    '.b.json.tmp',
    'auth.json',
  ]
  await Promise.all(names.map((name) => write(path.join(folder, name), 'x')))
  await writeFile(path.join(folder, 'auth.json'), 'new')
  expect(readdirSync(folder).toSorted()).toEqual(['.auth-Ab12Cd', '.b.json.tmp', 'auth.json'])
})

describe('Windows', () => {
  test.each(['EPERM', 'EBUSY', 'EACCES'])(
    'a rename that fails with %s is repeated',
    async (code) => {
      const file = path.join(makeTemporaryFolder(), 'a.json')
      const calls: string[] = []
      const rename = async (_from: string, to: string) => {
        calls.push(to)
        if (calls.length < 3) throw fail(code)
      }
      await writeFile(file, '1', {platform: 'win32', rename})
      expect(calls).toHaveLength(3)
    },
  )

  test('but not for ever, and never elsewhere', async () => {
    const folder = makeTemporaryFolder()
    const file = path.join(folder, 'a.json')
    const calls: string[] = []
    const rename = async (_from: string, to: string) => {
      calls.push(to)
      throw fail('EBUSY')
    }
    await expect(writeFile(file, '1', {platform: 'linux', rename})).rejects.toThrow(StorageError)
    expect(calls).toHaveLength(1)
    await expect(writeFile(file, '1', {platform: 'win32', rename})).rejects.toThrow(StorageError)
    expect(calls).toHaveLength(8)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a write that fails', () => {
  test.each([
    [
      'ENOSPC',
      'There is no space left for FILE. Nothing was changed. Free some space, then try again.',
    ],
    [
      'EDQUOT',
      'There is no space left for FILE. Nothing was changed. Free some space, then try again.',
    ],
    [
      'EROFS',
      'FILE cannot be used: this user may not read or write there. Nothing was changed. Check the permissions of the folder, then try again.',
    ],
    [
      'EIO',
      'FILE could not be read or written. Nothing was changed. Check the folder, then try again.',
    ],
  ])('with %s says so, keeps the old content and leaves nothing', async (code, sentence) => {
    const folder = makeTemporaryFolder()
    const file = path.join(folder, 'a.json')
    await write(file, 'old')

    const rename = () => Promise.reject(fail(code))
    const error = await rejectionOf(writeFile(file, 'new', {rename, platform: 'linux'}))

    expect(error).toBeInstanceOf(StorageError)
    expect(error.message.replace(file, 'FILE')).toBe(sentence)
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.json'])
  })

  test('because the folder is gone does not bring it back', async () => {
    const folder = path.join(makeTemporaryFolder(), 'gone')
    await expect(writeFile(path.join(folder, 'a'), '1')).rejects.toThrow(StorageError)
    expect(readdirSync(path.dirname(folder))).toEqual([])
  })
})
