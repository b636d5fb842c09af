import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, statSync} from 'node:fs'
import {mkdir, symlink, writeFile} from 'node:fs/promises'
import {platform} from 'node:os'
import path from 'node:path'
import {describe, expect, test} from 'vitest'
import {StorageError} from '../../src/errors.ts'
import {withFileLock, type FileLockOptions} from '../../src/files/file-lock.ts'
import {delay} from '../../src/base/delay.ts'
import {rejectionOf} from '../support/rejection.ts'
import {hasOverdueCalls, withinTime} from '../../src/files/within-time.ts'
import {makeTemporaryFolder} from '../support/temporary-folder.ts'

/** Of the system, like the locks of the official CLI. */
const FLOCK = 'flock'

/** Runs a task that holds the lock until told to end. */
async function hold(file: string, options: FileLockOptions = {}) {
  const gate: {open?: () => void} = {}
  const held = new Promise<void>((resolve) => {
    gate.open = resolve
  })
  const begun: {tell?: () => void} = {}
  const hasBegun = new Promise<void>((resolve) => {
    begun.tell = resolve
  })
  const task = async () => {
    begun.tell?.()
    await held
  }
  const done = withFileLock(file, task, options)
  await Promise.race([hasBegun, done])
  return {
    free: async () => {
      gate.open?.()
      await done
    },
  }
}

const kinds: readonly [string, FileLockOptions][] = [
  ['the flock program', {}],
  ['a socket, where that program is missing', {flockProgram: 'no-such-program'}],
]

describe.runIf(platform() === 'linux').each(kinds)('with %s', (_, options) => {
  test('tasks come one after another, and the result is the result of the task', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    let inside = 0
    let most = 0
    const task = async () => {
      inside += 1
      most = Math.max(most, inside)
      await delay(2)
      inside -= 1
      return 'result'
    }

    const results = await Promise.all(
      Array.from({length: 8}, () => withFileLock(file, task, options)),
    )

    expect(results).toEqual(Array.from({length: 8}, () => 'result'))
    expect(most).toBe(1)
  })

  test('a task that fails frees it', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    const failure = new Error('no')
    await expect(withFileLock(file, () => Promise.reject(failure), options)).rejects.toBe(failure)
    expect(await withFileLock(file, async () => 'free', options)).toBe('free')
  })

  test('who waits too long hears which file it is, and what to do', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    const holder = await hold(file, options)

    const error = await rejectionOf(
      withFileLock(file, async () => 'never', {...options, timeoutMs: 30}),
    )

    expect(error).toBeInstanceOf(StorageError)
    expect(error.message).toBe(
      `${file} is held by another program, and was not free within 0.03 s. Nothing was changed. Wait until that program is done or end it, then try again.`,
    )
    await holder.free()
    expect(await withFileLock(file, async () => 'free', options)).toBe('free')
  })

  test('an abort ends the wait with its reason, and the lock is not taken later', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    const holder = await hold(file, options)
    const controller = new AbortController()
    const reason = new Error('closed')
    const waiting = withFileLock(file, async () => 'never', {
      ...options,
      signal: controller.signal,
    })

    controller.abort(reason)

    await expect(waiting).rejects.toBe(reason)
    await expect(
      withFileLock(file, async () => 'never', {...options, signal: controller.signal}),
    ).rejects.toBe(reason)
    await holder.free()
    expect(await withFileLock(file, async () => 'free', options)).toBe('free')
  })

  test('two names of one file are one lock', async () => {
    const folder = makeTemporaryFolder()
    await mkdir(path.join(folder, 'home'))
    await symlink(path.join(folder, 'home'), path.join(folder, 'link'))
    const holder = await hold(path.join(folder, 'home', 'a.lock'), options)

    const other = path.join(folder, 'link', 'a.lock')
    const error = await rejectionOf(
      withFileLock(other, async () => 'never', {...options, timeoutMs: 30}),
    )

    expect(error).toBeInstanceOf(StorageError)
    await holder.free()
  })

  test('the lock file is private, and stays', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    await withFileLock(file, async () => undefined, options)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  test('a folder that is not there is a storage error', async () => {
    const file = path.join(makeTemporaryFolder(), 'gone', 'a.lock')
    const error = await rejectionOf(withFileLock(file, async () => 'never', options))
    expect(error).toBeInstanceOf(StorageError)
    expect(error.message).toContain(file)
  })
})

describe.runIf(platform() === 'linux')('beside other programs', () => {
  test('waits for a program that holds flock(2), and holds off one that comes later', async () => {
    const file = path.join(makeTemporaryFolder(), 'auth.lock')
    const other = spawn(FLOCK, ['-x', file, 'sh', '-c', 'echo held; read line'])
    await once(other.stdout, 'data')
    const order: string[] = []
    const ours = withFileLock(file, async () => {
      order.push('ours')
      const {status} = spawnSync(FLOCK, ['-x', '-n', file, 'true'])
      order.push(`later program ${status}`)
    })
    await delay(50)
    order.push('the other ends')
    other.stdin.end('\n')
    await ours
    expect(order).toEqual(['the other ends', 'ours', 'later program 1'])
  })

  test('a flock program that fails is a storage error', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    const options = {flockProgram: 'false'}
    const error = await rejectionOf(withFileLock(file, async () => 'never', options))
    expect(error).toBeInstanceOf(StorageError)
  })

  test('a program that was killed while it waited leaves nothing behind', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    const program = path.join(makeTemporaryFolder(), 'slow-flock')
    await writeFile(program, '#!/bin/sh\nexec sleep 60\n', {mode: 0o700})
    const options = {flockProgram: program, timeoutMs: 30}
    await expect(withFileLock(file, async () => 'never', options)).rejects.toThrow(StorageError)
    expect(await withFileLock(file, async () => 'free', {timeoutMs: 5000})).toBe('free')
  })
})

/** An `open` that fails with `code` for the first calls, as the system does while a file is locked. */
function createBusyOpen(code: string, failures: number) {
  const calls: {file: string; flags: string; mode: number}[] = []
  const state = {closed: 0}
  const open = async (file: string, flags: number, mode: number) => {
    calls.push({file, flags: `0x${flags.toString(16)}`, mode})
    if (calls.length <= failures) throw Object.assign(new Error(code), {code})
    return {fd: -1, close: async () => void (state.closed += 1)}
  }
  return {calls, state, open}
}

/** What the flags are on Linux, where this is tested: O_RDWR | O_CREAT. */
const READ_OR_CREATE = 0x42

describe.runIf(platform() === 'linux')('the choice for other systems', () => {
  test('macOS opens the same file with O_EXLOCK and O_NONBLOCK, until it is free', async () => {
    const {calls, state, open} = createBusyOpen('EAGAIN', 2)
    const result = await withFileLock('/home/auth.lock', async () => state.closed, {
      platform: 'darwin',
      open,
    })
    const flags = `0x${(READ_OR_CREATE | 0x24).toString(16)}`
    const call = {file: '/home/auth.lock', flags, mode: 0o600}
    expect({result, calls, closed: state.closed}).toEqual({
      result: 0,
      calls: [call, call, call],
      closed: 1,
    })
  })

  test('Windows opens a file of its own without sharing, so that the CLI can open its lock', async () => {
    const {calls, state, open} = createBusyOpen('EBUSY', 1)
    await withFileLock('C:\\home\\auth.lock', async () => undefined, {platform: 'win32', open})
    const flags = `0x${(READ_OR_CREATE | 0x10_00_00_00).toString(16)}`
    const call = {file: 'C:\\home\\auth.lock.openai-codex-auth', flags, mode: 0o600}
    expect({calls, closed: state.closed}).toEqual({calls: [call, call], closed: 1})
  })

  test.each([
    ['darwin', 'EAGAIN'],
    ['win32', 'EBUSY'],
  ] as const)('%s gives up in time', async (system, code) => {
    const {open} = createBusyOpen(code, Infinity)
    const options = {platform: system, open, timeoutMs: 30}
    const error = await rejectionOf(withFileLock('/a.lock', async () => 'never', options))
    expect(error).toBeInstanceOf(StorageError)
    expect(existsSync('/a.lock')).toBe(false)
  })
})

describe('on a drive that does not answer', () => {
  test('nobody waits for ever, and what is opened later is closed', async () => {
    const opened: ((handle: {fd: number; close(): Promise<void>}) => void)[] = []
    const open = () =>
      new Promise<{fd: number; close(): Promise<void>}>((resolve) => void opened.push(resolve))
    const closed: string[] = []

    const lock = withFileLock('/dead/a.lock', async () => 'never', {open, timeoutMs: 20})

    await expect(lock).rejects.toThrow('/dead/a.lock could not be read: the system does not answer')
    opened[0]?.({fd: 3, close: async () => void closed.push('late')})
    await expect.poll(() => closed).toEqual(['late'])
  })

  test('a task that is done is not held up by the closing of its lock', async () => {
    const file = path.join(makeTemporaryFolder(), 'a.lock')
    const answers: (() => void)[] = []
    const open = async () => ({
      fd: 3,
      close: () => new Promise<void>((resolve) => void answers.push(resolve)),
    })
    const options = {platform: 'darwin', open, timeoutMs: 20} as const

    expect(await withFileLock(file, async () => 'done', options)).toBe('done')

    expect(answers).not.toEqual([])
    expect(hasOverdueCalls()).toBe(true)
    // As long as that call waits, the same file is not asked for again.
    await expect(withFileLock(file, async () => 'never', options)).rejects.toThrow(StorageError)
    answers[0]?.()
    await expect.poll(hasOverdueCalls).toBe(false)
  })

  test('a file of ours waits for no other one', async () => {
    const file = path.join(makeTemporaryFolder(), 'ours.lock')
    const answers: (() => void)[] = []
    const silent = ['/dead/1', '/dead/2', '/dead/3'].map((dead) =>
      withinTime(dead, () => new Promise<void>((resolve) => void answers.push(resolve)), 20),
    )
    await Promise.allSettled(silent)

    expect(await withFileLock(file, async () => 'free', {isOurs: true})).toBe('free')
    for (const answer of answers) answer()
    await expect.poll(hasOverdueCalls).toBe(false)
  })
})
