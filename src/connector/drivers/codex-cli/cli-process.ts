/**
 * One run of the official CLI, whose output is read line by line.
 *
 * @module
 */
import {spawn} from 'node:child_process'
import {tmpdir} from 'node:os'
import {createInterface} from 'node:readline'
import {stripVTControlCharacters} from 'node:util'
import {toCodexEnvironment} from '../../../codex/codex-environment.ts'
import {ConnectorError} from '../../connector-error.ts'

/** How long it has to end by itself before it is killed, in milliseconds. */
const GRACE_MS = 2000

/** The most that is kept of what it says on standard error, in characters. */
const MAX_KEPT = 4000

/** Which CLI, and what it sees. */
export interface CliRun {
  readonly program: string
  readonly args: readonly string[]
  /** The CODEX_HOME, in which every run leaves files. `undefined`: the one of the environment. */
  readonly home: string | undefined
  readonly env: NodeJS.ProcessEnv
  /** Told of each line of standard output, without colours. */
  readonly onLine?: (line: string) => void
  /** Told of each line of standard error, without colours. */
  readonly onErrorLine?: (line: string) => void
  /** Everything that is written to standard input, which then ends. Default: it stays open for `write`. */
  readonly input?: string
}

/** A CLI that runs. */
export interface CliProcess {
  /** Writes one line to its standard input. */
  write(line: string): void
  /** Resolves at its end: with the exit code, and the last that it said on standard error. */
  readonly ended: Promise<CliEnd>
  /** Ends it, and waits until it has ended. */
  stop(): Promise<void>
}

/** How it ended. */
export interface CliEnd {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly errorText: string
  /** Whether it could not be started at all. */
  readonly isUnstarted: boolean
}

/** Starts the CLI. Both of its outputs are read to their end, so that it never waits for us. */
export function startCli(run: CliRun): CliProcess {
  const child = spawn(run.program, run.args, {
    env: toCodexEnvironment(run.env, run.home),
    cwd: run.home ?? tmpdir(),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  let errorText = ''
  readLines(child.stdout, run.onLine)
  readLines(child.stderr, (line) => {
    errorText = `${errorText}\n${line}`.slice(-MAX_KEPT)
    run.onErrorLine?.(line)
  })
  // It may end before it has read what was written.
  child.stdin.on('error', () => undefined)
  if (run.input !== undefined) child.stdin.end(run.input)
  const ended = new Promise<CliEnd>((resolve) => {
    child.once('error', () => resolve({exitCode: null, errorText, isUnstarted: true}))
    child.once('close', (exitCode) => resolve({exitCode, errorText, isUnstarted: false}))
  })
  return {
    ended,
    write: (line) => void child.stdin.write(`${line}\n`),
    async stop() {
      child.stdin.end()
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
      await ended
      clearTimeout(timer)
    },
  }
}

/**
 * Runs the CLI to its end.
 *
 * @throws {ConnectorError} `spawn_failed`: it cannot be started. `timeout`: it did not end in time.
 */
export async function runCli(
  run: Omit<CliRun, 'onLine'>,
  timeoutMs: number,
): Promise<CliEnd & {readonly output: string}> {
  const lines: string[] = []
  const cli = startCli({input: '', ...run, onLine: (line) => void lines.push(line)})
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    void cli.stop()
  }, timeoutMs)
  const end = await cli.ended
  clearTimeout(timer)
  if (end.isUnstarted) throw new ConnectorError('spawn_failed')
  if (isLate) throw new ConnectorError('timeout')
  return {...end, output: lines.join('\n')}
}

function readLines(
  stream: NodeJS.ReadableStream,
  onLine: ((line: string) => void) | undefined,
): void {
  const lines = createInterface({input: stream, crlfDelay: Infinity})
  lines.on('line', (line) => onLine?.(stripVTControlCharacters(line)))
}
