/**
 * One run of the Codex CLI.
 *
 * @module
 */
import {spawn, type ChildProcess, type StdioOptions} from 'node:child_process'
import {constants} from 'node:os'
import type {Writable} from 'node:stream'
import type {Io} from '../io.ts'
import {toCodexEnvironment, withStarted} from '../../codex/codex-environment.ts'
import type {ProgramPlace} from '../../codex/cli/find-program.ts'
import {forwardSignals} from './forward-signals.ts'
import {toCommand} from './to-command.ts'
import {CommandError} from '../report-error.ts'

/** Sees the output of the CLI as it passes. */
export interface OutputWatcher {
  push(stream: 'stderr' | 'stdout', chunk: Buffer): void
}

/** What stands in for standard input. */
export interface CodexInput {
  /** Writes all of it, and its end, as far as the CLI wants it. */
  copyTo(output: Writable): Promise<void>
}

/** How the CLI is run. */
export interface CodexRun {
  readonly codex: ProgramPlace
  readonly args: readonly string[]
  /** The CODEX_HOME whose login is used, and no other; `undefined` where none is used. */
  readonly home: string | undefined
  /** What the CLI gets as far as it does not outrank that login. */
  readonly env: NodeJS.ProcessEnv
  /** Looks at the output; without it, the CLI has the terminal to itself. */
  readonly watcher: OutputWatcher | undefined
  /** Stands in for standard input. */
  readonly input: CodexInput | undefined
}

/** How a run ended. */
export interface CodexEnd {
  /** The CLI's own, or 128 and the number of the signal that ended it. */
  readonly exitCode: number
  /** Whether a signal ended it. */
  readonly isStopped: boolean
}

/**
 * Runs the CLI to its end. Its output comes through unchanged, no faster than it is read; signals reach it.
 *
 * @throws {CommandError} It cannot be started.
 */
export async function startCodex(run: CodexRun, io: Io): Promise<CodexEnd> {
  const output = run.watcher ? 'pipe' : 'inherit'
  const child = await spawnCodex(run, [run.input ? 'pipe' : 'inherit', output, output])
  const forwarding = forwardSignals(child, io)
  follow(child, run, io)
  const copied = run.input && child.stdin ? run.input.copyTo(child.stdin) : undefined
  try {
    return await new Promise<CodexEnd>((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => {
        const exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0)
        resolve({exitCode, isStopped: forwarding.isStopped() || signal !== null})
      })
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(`Failed to start codex: ${reason}`, {
      cause: error,
      hint: 'Install it with npm install -g @openai/codex, or name it with --codex <path>.',
    })
  } finally {
    forwarding.end()
    await copied
  }
}

/**
 * Starts the CLI, with what every start of it needs.
 *
 * @throws {CommandError} Its arguments cannot be handed over.
 */
export async function spawnCodex(
  {codex: {file, script}, args, env, home}: Pick<CodexRun, 'args' | 'codex' | 'env' | 'home'>,
  stdio: StdioOptions,
): Promise<ChildProcess> {
  const own = toCodexEnvironment(env, home)
  const {file: program, args: given, ...options} = await toCommand(file, args, {env})
  const marked = script === undefined ? own : withStarted(own, script)
  return spawn(program, given, {...options, env: marked, stdio})
}

function follow({stdout, stderr}: ChildProcess, {watcher}: CodexRun, io: Io): void {
  if (!watcher || !stdout || !stderr) return
  stdout.on('data', (chunk: Buffer) => watcher.push('stdout', chunk)).pipe(io.stdout, {end: false})
  stderr.on('data', (chunk: Buffer) => watcher.push('stderr', chunk)).pipe(io.stderr, {end: false})
  // The CLI is told that nobody reads any more, as it would be without us.
  io.stdout.once('error', () => stdout.destroy())
  io.stderr.once('error', () => stderr.destroy())
}
