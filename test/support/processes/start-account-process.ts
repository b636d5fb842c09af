import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import type {AccountTask} from './account-process.ts'
import {bundleFile} from './child-script.ts'

/** A task, the base folder, and what else the task needs. */
export type AccountArguments = readonly [AccountTask, ...(readonly string[])]

/** A program that uses account folders, see `account-process.ts`. */
export interface AccountProgram {
  /** Starts it, under another program if there is one. */
  start(args: AccountArguments, under?: readonly string[]): AccountProcess
  /** Removes it. */
  remove(): Promise<void>
}

/** A process that uses account folders. */
export interface AccountProcess {
  /** Everything it has printed, line by line. */
  readonly lines: readonly string[]
  /** It has printed something. */
  readonly begun: Promise<unknown>
  /** Ends it, at once. */
  kill(): Promise<void>
  /** Lets it come to its end. */
  end(): Promise<void>
  /** It has ended by itself. */
  readonly ended: Promise<unknown>
}

/** Compiles the program. */
export async function buildAccountProgram(): Promise<AccountProgram> {
  const {file, remove} = await bundleFile(new URL('account-process.ts', import.meta.url))
  return {
    start: (args, under = []) => start([...under, process.execPath, file, ...args]),
    remove,
  }
}

function start([command = '', ...args]: readonly string[]): AccountProcess {
  const child = spawn(command, args, {stdio: ['pipe', 'pipe', 'inherit']})
  const lines: string[] = []
  createInterface({input: child.stdout}).on('line', (line) => void lines.push(line))
  const ended = once(child, 'close')
  return {
    lines,
    begun: Promise.race([once(child.stdout, 'data'), ended]),
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async end() {
      child.stdin.end()
      await ended
    },
  }
}

/** Whether a program can run, for tests that need one that may not be there. */
export function canRun([command = '', ...args]: readonly string[]): boolean {
  return spawnSync(command, args, {stdio: 'ignore'}).status === 0
}
