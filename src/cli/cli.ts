/**
 * What every command works with.
 *
 * @module
 */
import path from 'node:path'
import {
  createAccountDirectories,
  type AccountDirectories,
} from '../accounts/directories/account-directories.ts'
import type {DamagedFile} from '../accounts/directories/damaged-file.ts'
import type {UnderWay} from '../accounts/tokens/under-way.ts'
import type {Clock} from '../base/clock.ts'
import type {FetchFunction} from '../http/fetch.ts'
import type {Log} from '../base/log.ts'
import type {Io} from './io.ts'

/** What the entry gives: the terminal, the environment, the network and the clock. */
export interface CliOptions {
  readonly io: Io
  readonly env: NodeJS.ProcessEnv
  readonly userHome: string
  readonly version: string
  readonly fetch: FetchFunction
  readonly now: Clock
  /** Whatever ends the process waits for what is in there. */
  readonly underWay: UnderWay
}

/** Options that every command has. */
export interface GlobalOptions {
  /** Blank counts as not given. */
  readonly dataDir?: string
  /** Shows where errors come from. */
  readonly debug?: boolean
}

/** What every command works with. */
export interface Cli extends CliOptions {
  /** The accounts. */
  readonly directories: AccountDirectories
  readonly log: Log
  /** Keeps the process until this has settled, though nobody waits for it. */
  keep(work: Promise<unknown>): void
  /** Waits for what was kept. */
  settle(): Promise<unknown>
  /** Says what went wrong beside the command's own work, which then does not count as a success. */
  warn(message: string): void
  /** The exit code that a warning wants: 1 after the first one, else 0. */
  readonly warningCode: number
  /** Says which files were damaged; once for each. */
  reportDamage(): void
}

/** The folder of the accounts, unless `--data-dir` names another one. */
const BASE = '.codex-account-orchestrator'

const QUIET: Log = {debug: nothing, info: nothing, warn: nothing, error: nothing}

/** Puts together what every command works with. Nothing is read yet. */
export function createCli(options: CliOptions, {dataDir = '', debug}: GlobalOptions): Cli {
  const {io, now, userHome} = options
  const base = dataDir.trim() === '' ? path.join(userHome, BASE) : path.resolve(dataDir)
  const damaged = new Map<string, DamagedFile>()
  const kept: Promise<unknown>[] = []
  const warnings = new Set<string>()
  const log = debug === true ? createDebugLog(io) : QUIET
  return {
    ...options,
    log,
    directories: createAccountDirectories({
      base,
      now,
      log,
      onDamage: (damage) => void damaged.set(damage.file, {...damaged.get(damage.file), ...damage}),
    }),
    keep: (work) => void kept.push(work.catch(nothing)),
    settle: () => Promise.all(kept),
    warn(message) {
      if (!warnings.has(message)) io.err(`Warning: ${message}`)
      warnings.add(message)
    },
    get warningCode() {
      return Math.min(warnings.size, 1)
    },
    reportDamage() {
      for (const damage of damaged.values()) io.err(describeDamage(damage))
      damaged.clear()
    },
  }
}

/** Scripts look for these words: they are those of the first version of the command. */
function describeDamage({file, copy, isUnreadable}: DamagedFile): string {
  const name = path.basename(file)
  const what = name === 'account_status.json' ? 'account status file' : name
  if (isUnreadable) return `Warning: ${what} cannot be read (${file}). It is ignored.`
  return copy === undefined
    ? `Warning: ${what} was invalid (${file}). It is left as it is, and will be backed up before it is written.`
    : `Warning: ${what} was invalid and has been backed up to ${copy}.`
}

function createDebugLog(io: Io): Log {
  const write =
    (level: string) =>
    (message: string, fields: Record<string, unknown> = {}) =>
      io.err(`${level}: ${message} ${JSON.stringify(fields)}`)
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  }
}

function nothing(): void {}
