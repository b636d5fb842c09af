import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {open, rename} from 'node:fs/promises'
import path from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {StorageError} from '../../src/errors.ts'
import {withFileLock} from '../../src/files/file-lock.ts'
import {hasLateWrite} from '../../src/files/late-writes.ts'
import {writeFile} from '../../src/files/write-file.ts'
import {eventually} from '../support/eventually.ts'
import {createGate} from '../support/gate.ts'
import {rejectionOf} from '../support/rejection.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** A storage that answers late, or never: nobody waits for ever, and nothing older lands over something newer. */

/** Patience is counted in intervals, which pass when a test says so. */
beforeEach(() => void vi.useFakeTimers({toFake: ['setInterval', 'clearInterval']}))
afterEach(() => void vi.useRealTimers())

function makePlace() {
  const folder = makeTemporaryFolder()
  const asked = createGate()
  const answer = createGate()
  const late = async () => {
    asked.open()
    await answer.opened
  }
  const place = {
    folder,
    answer,
    file: path.join(folder, 'a.json'),
    lock: path.join(folder, 'a.json.lock'),
    renameLate: async (from: string, to: string) => {
      await late()
      await rename(from, to)
    },
    openLate: async (file: string, flags: string, mode?: number) => {
      await late()
      return open(file, flags, mode)
    },
    /** Lets the time pass as soon as the storage is asked for what it answers late. */
    loseThePatience: async () => {
      await asked.opened
      vi.advanceTimersByTime(10_000)
    },
  }
  writeFileSync(place.file, 'before')
  return place
}

test('a write that is given up before it has its name goes no further', async () => {
  const {answer, file, folder, loseThePatience, openLate} = makePlace()
  const writing = rejectionOf(writeFile(file, 'older', {open: openLate}))
  await loseThePatience()

  const error = await writing
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
  const {answer, file, lock, loseThePatience, renameLate} = makePlace()
  const late = rejectionOf(withFileLock(lock, () => writeFile(file, 'older', {rename: renameLate})))
  await loseThePatience()
  expect((await late).message).toContain('could not be written in time')

  const tooSoon = withFileLock(lock, () => writeFile(file, 'newer'), {timeoutMs: 50})
  await expect(tooSoon).rejects.toThrow('is held by another program')
  const inTime = withFileLock(lock, () => writeFile(file, 'newer'))
  answer.open()
  await inTime

  expect(readFileSync(file, 'utf8')).toBe('newer')
})

test('a lock beside it is free, and a lock that says what it protects is kept', async () => {
  const {answer, file, folder, loseThePatience, renameLate} = makePlace()
  const base = makeTemporaryFolder()
  const writeLate = () => writeFile(file, 'older', {rename: renameLate})
  const [beside, ofAll] = [path.join(base, 'beside.lock'), path.join(base, 'of-all.lock')]

  const late = rejectionOf(withFileLock(beside, writeLate))
  await loseThePatience()
  expect(await late).toBeInstanceOf(StorageError)
  // It is not asked for again.
  const again = withFileLock(ofAll, writeLate, {folder})
  await expect(again).rejects.toThrow('could not be written in time')

  expect(await withFileLock(beside, async () => 'free')).toBe('free')
  const kept = withFileLock(ofAll, async () => 'free', {timeoutMs: 50})
  await expect(kept).rejects.toThrow('is held by another program')
  answer.open()
  expect(await withFileLock(ofAll, async () => 'free')).toBe('free')
})

test('what has its name is written, though the folder takes its time', async () => {
  const {answer, file, folder, loseThePatience, openLate} = makePlace()
  const writing = writeFile(file, 'newer', {
    open: (name, flags, mode) => (name === folder ? openLate : open)(name, flags, mode),
  })
  await loseThePatience()
  await writing
  expect(readFileSync(file, 'utf8')).toBe('newer')
  expect(hasLateWrite(file)).toBe(false)
  answer.open()
})
