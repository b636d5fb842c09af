import {execFileSync} from 'node:child_process'
import {appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {StorageError} from '../../src/errors.ts'
import {readBytes, readText} from '../../src/files/read-file.ts'
import {hasOverdueCalls, withinTime} from '../../src/files/within-time.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

function makeFile(text: string): string {
  const file = path.join(makeTemporaryFolder(), 'auth.json')
  writeFileSync(file, text)
  return file
}

/** Calls that are answered when the test says so. */
function makeCalls() {
  const answers: (() => void)[] = []
  const call = () => new Promise<string>((resolve) => answers.push(() => resolve('answer')))
  return {answers, call}
}

describe('reading a file that others can put there', () => {
  test('reads what is in it, without a byte order mark', async () => {
    expect(await readText(makeFile('\uFEFF{"ä":1}'))).toBe('{"ä":1}')
    expect(await readText(makeFile(''))).toBe('')
    expect(await readText(path.join(makeTemporaryFolder(), 'none'))).toBeUndefined()
    expect(await readText(path.join(makeFile(''), 'inside'))).toBeUndefined()
  })

  test.each([
    ['a pipe that nobody writes to', (file: string) => execFileSync('mkfifo', [file])],
    ['a link to a device that never ends', (file: string) => symlinkSync('/dev/zero', file)],
    ['a link to a terminal', (file: string) => symlinkSync('/dev/tty', file)],
    ['a folder', (file: string) => mkdirSync(file)],
  ])('is not held up by %s', async (_, make) => {
    const file = path.join(makeTemporaryFolder(), 'auth.json')
    make(file)

    const reading = readText(file)

    await expect(reading).rejects.toThrow(StorageError)
    await expect(reading).rejects.toThrow(/is not a regular file, .+ Remove it, then try again\./)
  })

  test('reads a file up to its limit, and refuses a larger one before it is in memory', async () => {
    const file = makeFile('12345678')
    expect(await readText(file, {maxBytes: 8})).toBe('12345678')
    await expect(readText(file, {maxBytes: 7})).rejects.toThrow(/is larger than/)
    truncateSync(file, 2 ** 40)
    await expect(readText(file)).rejects.toThrow(/is larger than 1 MB, .+ Remove it/)
  })

  test('reads only the end of a file of any size when that is enough', async () => {
    const file = makeFile('')
    truncateSync(file, 2 ** 40)
    appendFileSync(file, 'the end')
    expect(await readText(file, {maxBytes: 7, onlyEnd: true})).toBe('the end')
    expect(await readText(makeFile('short'), {maxBytes: 7, onlyEnd: true})).toBe('short')
  })

  test('does not trust the size of a file that says it is empty', async () => {
    expect(await readText('/proc/self/status')).toMatch(/^Name:[^]+\n$/)
    await expect(readBytes('/proc/self/status', {maxBytes: 10})).rejects.toThrow(/is larger than/)
  })
})

describe('a system that does not answer', () => {
  test('is given up in time, and not asked again before it has answered', async () => {
    const {answers, call} = makeCalls()
    const silent = withinTime('/dead/a', call, 20)

    await expect(silent).rejects.toThrow(/the system does not answer/)
    await expect(withinTime('/dead/a', call)).rejects.toThrow(StorageError)
    expect([answers.length, hasOverdueCalls()]).toEqual([1, true])

    answers[0]?.()
    await expect.poll(hasOverdueCalls).toBe(false)
    expect(await withinTime('/dead/a', async () => 'there again')).toBe('there again')
  })

  test('has its time when the process was not running for a while', async () => {
    const answer = readText(makeFile('there'))
    // As on a machine that slept: the answers have come, and the time is over, before anybody looks.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100)

    expect(await answer).toBe('there')
  })

  test('gets three calls at most, so that a thread of the process stays free', async () => {
    const {answers, call} = makeCalls()
    const files = ['/dead/a', '/dead/b', '/dead/c', '/dead/d', '/dead/e']
    const outcomes = await Promise.allSettled(files.map((file) => withinTime(file, call, 20)))

    expect(outcomes.map(({status}) => status)).toEqual(files.map(() => 'rejected'))
    expect(answers).toHaveLength(3)
    for (const answer of answers) answer()
    await expect.poll(hasOverdueCalls).toBe(false)
  })

  test('gets one call for each file, so that one drive does not keep others waiting', async () => {
    const {answers, call} = makeCalls()
    const silent = ['/dead/a', '/dead/a', '/dead/a'].map((file) => withinTime(file, call, 20))
    const alive = withinTime('/alive', async () => 'alive')

    expect(await alive).toBe('alive')
    expect(answers).toHaveLength(1)
    await Promise.allSettled(silent)
    answers[0]?.()
    await expect.poll(hasOverdueCalls).toBe(false)
  })
})
