import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {open, rename} from 'node:fs/promises'
import path from 'node:path'
import {expect, test} from 'vitest'
import {StorageError} from '../../src/errors.ts'
import {withFileLock} from '../../src/files/file-lock.ts'
import {hasLateWrite} from '../../src/files/late-writes.ts'
import {writeFile} from '../../src/files/write-file.ts'
import {eventually} from '../support/eventually.ts'
import {createGate} from '../support/gate.ts'
import {rejectionOf} from '../support/rejection.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** A storage that answers late, or never: nobody waits for ever, and nothing older lands over something newer. */

const SOON = {timeoutMs: 20}

function makePlace() {
  const folder = makeTemporaryFolder()
  const answer = createGate()
  const place = {
    folder,
    answer,
    file: path.join(folder, 'a.json'),
    lock: path.join(folder, 'a.json.lock'),
    renameLate: async (from: string, to: string) => {
      await answer.opened
      await rename(from, to)
    },
    openLate: async (file: string, flags: string, mode?: number) => {
      await answer.opened
      return open(file, flags, mode)
    },
  }
  writeFileSync(place.file, 'before')
  return place
}

test('a write that is given up before it has its name goes no further', async () => {
  const {answer, file, folder, openLate} = makePlace()

  const error = await rejectionOf(writeFile(file, 'older', {...SOON, open: openLate}))

  expect(error).toBeInstanceOf(StorageError)
  expect(error.message).toBe(
    `${file} could not be written in time: the system does not answer. Check the drive or the network that it is on, then try again.`,
  )
  writeFileSync(file, 'newer')
  answer.open()
  await eventually(() => expect(hasLateWrite()).toBe(false))
  expect(readFileSync(file, 'utf8')).toBe('newer')
  expect(readdirSync(folder)).toEqual(['a.json'])
})

test('the lock of a file that may still get its name is kept, and what is newer comes after it', async () => {
  const {answer, file, lock, renameLate} = makePlace()
  const late = withFileLock(lock, () => writeFile(file, 'older', {...SOON, rename: renameLate}))
  await expect(late).rejects.toThrow('could not be written in time')

  const tooSoon = withFileLock(lock, () => writeFile(file, 'newer'), {timeoutMs: 50})
  await expect(tooSoon).rejects.toThrow('is held by another program')
  const inTime = withFileLock(lock, () => writeFile(file, 'newer'))
  answer.open()
  await inTime

  expect(readFileSync(file, 'utf8')).toBe('newer')
})

test('a lock beside it is free, and a lock that says what it protects is kept', async () => {
  const {answer, file, renameLate} = makePlace()
  const base = makeTemporaryFolder()
  const writeLate = () => writeFile(file, 'older', {...SOON, rename: renameLate})
  const locks = [path.join(base, 'beside.lock'), path.join(base, 'of-all.lock')] as const

  await expect(withFileLock(locks[0], writeLate)).rejects.toThrow(StorageError)
  // It is not asked for again.
  const again = withFileLock(locks[1], writeLate, {folder: path.dirname(file)})
  await expect(again).rejects.toThrow('could not be written in time')

  expect(await withFileLock(locks[0], async () => 'free')).toBe('free')
  const kept = withFileLock(locks[1], async () => 'free', {timeoutMs: 50})
  await expect(kept).rejects.toThrow('is held by another program')
  answer.open()
  expect(await withFileLock(locks[1], async () => 'free')).toBe('free')
})

test('what has its name is written, though the folder takes its time', async () => {
  const {answer, file, folder, openLate} = makePlace()
  await writeFile(file, 'newer', {
    ...SOON,
    open: (name, flags, mode) => (name === folder ? openLate : open)(name, flags, mode),
  })
  expect(readFileSync(file, 'utf8')).toBe('newer')
  expect(hasLateWrite(file)).toBe(false)
  answer.open()
})
