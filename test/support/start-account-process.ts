import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {createInterface} from 'node:readline'
import {build} from 'esbuild'
import type {AccountTask} from './account-process.ts'

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

/** Compiles the program: Node 20 runs no TypeScript. */
export async function buildAccountProgram(): Promise<AccountProgram> {
  const folder = mkdtempSync(path.join(tmpdir(), 'account-process-'))
  const outfile = path.join(folder, 'main.mjs')
  await build({
    entryPoints: [path.join(import.meta.dirname, 'account-process.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  })
  return {
    start: (args, under = []) => start([...under, process.execPath, outfile, ...args]),
    remove: () => rm(folder, {recursive: true}),
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
