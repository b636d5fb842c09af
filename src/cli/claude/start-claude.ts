/**
 * One run of Claude Code.
 *
 * @module
 */
import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import type {Cli} from '../cli.ts'
import {findProgram} from '../../codex/cli/find-program.ts'
import {forwardSignals} from '../codex/forward-signals.ts'
import {toCommand} from '../codex/to-command.ts'
import {CommandError} from '../report-error.ts'

/** What is run. */
export interface ClaudeRun {
  readonly program: string
  readonly args: readonly string[]
}

/** A loopback address is reached without a proxy. */
const LOOPBACK = '127.0.0.1,localhost'

/**
 * Runs it to its end. It has the terminal to itself; signals reach it.
 *
 * @returns Its exit code, or 128 and the number of the signal that ended it.
 * @throws {CommandError} It cannot be started.
 */
export async function startClaude(
  {env, io}: Pick<Cli, 'env' | 'io'>,
  {args, program}: ClaudeRun,
): Promise<number> {
  const found = await findProgram(program, {env})
  const file = found.kind === 'found' ? found.file : program
  const {file: command, args: given, ...options} = await toCommand(file, args, {env})
  const past = [env['NO_PROXY'] ?? env['no_proxy'], LOOPBACK].filter(Boolean).join(',')
  const child = spawn(command, given, {
    ...options,
    env: {...env, NO_PROXY: past, no_proxy: past},
    stdio: 'inherit',
  })
  const forwarding = forwardSignals(child, io)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => {
        resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
      })
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(`Failed to start Claude Code: ${reason}`, {
      cause: error,
      hint: 'Install it with npm install -g @anthropic-ai/claude-code, or name it with --claude <path>.',
    })
  } finally {
    forwarding.end()
  }
}
