/**
 * Calls of the file system that may never be answered, as on a mount whose server is gone.
 *
 * @module
 */
import {StorageError} from '../errors.ts'

/** How long the system may take by default, in milliseconds. */
const TIMEOUT_MS = 2000

/**
 * How often that is looked at. A process that was not running for a while, as on a machine that slept, sees its timer
 * before the answers that have come meanwhile.
 */
const LOOKS = 4

/**
 * How many calls may wait for the system at once. Nothing can end such a call, and each holds one of the four
 * threads that a process has for files and host names: one stays free.
 */
const MAX_CALLS = 3

interface WaitingCall {
  readonly file: string
  readonly start: () => void
}

/** The threads are those of the process, so this is known to all of it. */
const running = new Set<string>()
const overdue = new Set<string>()
const waiting: WaitingCall[] = []

/** Whether a call that was given up is still waiting. A process cannot end by itself before it is answered. */
export function hasOverdueCalls(): boolean {
  return overdue.size > 0
}

/**
 * Runs `call`, and gives up when the system does not answer in time. As long as that call is waiting, the same
 * file is not asked for again.
 *
 * @param call Settles when the system has answered.
 * @throws {StorageError} There was no answer.
 */
export async function withinTime<Result>(
  file: string,
  call: () => Promise<Result>,
  timeoutMs: number = TIMEOUT_MS,
): Promise<Result> {
  if (overdue.has(file)) throw toError(file)
  return new Promise((resolve, reject) => {
    const start = () => {
      running.add(file)
      const done = () => {
        stop()
        running.delete(file)
        overdue.delete(file)
        startNext()
      }
      call().then(resolve, reject).finally(done)
    }
    const turn = {file, start}
    const stop = countDown(timeoutMs, () => {
      const index = waiting.indexOf(turn)
      if (index === -1) overdue.add(file)
      else waiting.splice(index, 1)
      reject(toError(file))
    })
    waiting.push(turn)
    startNext()
  })
}

/**
 * Calls `isOver` when the time is over, unless it is stopped before.
 *
 * @returns Stops it.
 */
export function countDown(timeoutMs: number, isOver: () => void): () => void {
  let looks = 0
  const timer = setInterval(() => {
    looks += 1
    if (looks < LOOKS) return
    clearInterval(timer)
    isOver()
  }, timeoutMs / LOOKS)
  return () => clearInterval(timer)
}

function startNext(): void {
  if (running.size >= MAX_CALLS) return
  const index = waiting.findIndex(({file}) => !running.has(file))
  const [next] = index === -1 ? [] : waiting.splice(index, 1)
  next?.start()
}

function toError(file: string): StorageError {
  return new StorageError(
    `${file} could not be read: the system does not answer. Nothing was changed. Check the drive or the network that it is on, then try again.`,
  )
}
