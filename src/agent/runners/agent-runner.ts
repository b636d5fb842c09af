/**
 * Running the agent of a group, wherever it runs.
 *
 * @module
 */
import {AgentError} from '../agent-error.ts'
import {runProgram, type ProgramEnd} from '../exec/run-program.ts'
import {OutputParser, type ContainerOutput} from '../protocol/container-output.ts'

/** What a host tells an agent, see `parseContainerInput`. */
export interface AgentInput {
  readonly prompt: string
  readonly groupFolder: string
  readonly chatJid: string
  readonly isMain: boolean
  readonly sessionId?: string | undefined
  readonly isScheduledTask?: boolean
  readonly [name: string]: unknown
}

/** Runs agents. Whatever goes wrong is in the output. */
export interface AgentRunner {
  run(input: AgentInput, signal?: AbortSignal): Promise<ContainerOutput>
}

/** A program that is an agent. */
export interface AgentProgram {
  readonly file: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** The longest that it may take, in milliseconds. */
  readonly timeoutMs: number
  /** Ends what runs elsewhere, for example a container, when the program was ended. */
  readonly stop?: () => Promise<void>
  /** Told what it says beside its output. */
  readonly onLog?: (text: string) => void
}

/** The most that an agent may print, in bytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** How much longer the program may take than the agent in it, in milliseconds: it has something to say at its end. */
const MARGIN_MS = 15_000

/** Runs the program, and reads what it came to. */
export async function runAgentProgram(
  program: AgentProgram,
  input: AgentInput,
  signal?: AbortSignal,
): Promise<ContainerOutput> {
  const {args, env, file, onLog, stop, timeoutMs} = program
  const parser = new OutputParser()
  const outputs: ContainerOutput[] = []
  try {
    const end = await runProgram(file, {
      args,
      cwd: '/',
      env,
      input: JSON.stringify(input),
      timeoutMs: timeoutMs + MARGIN_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      onOutput: (text) => void outputs.push(...parser.push(text)),
      ...(signal && {signal}),
    })
    onLog?.(end.errorTail)
    if (end.stoppedBy !== undefined) await stop?.()
    const last = outputs.findLast(({result, status}) => result !== null || status === 'error')
    return last ?? outputs.at(-1) ?? parser.end() ?? toError(end)
  } catch (error) {
    const reason = error instanceof AgentError ? error.message : `${file} cannot be started.`
    return toFailure(
      'cli_missing',
      `The agent of this group cannot run: ${reason} Run \`cao agent doctor\` on the host.`,
    )
  }
}

/** A run that was killed says nothing by itself. */
function toError({exitCode, signal, stoppedBy}: ProgramEnd): ContainerOutput {
  if (stoppedBy === 'timeout' || stoppedBy === 'idle') {
    return toFailure(
      'timeout',
      'The agent was stopped because it took too long. Ask again with a smaller task.',
    )
  }
  const how = signal === null ? `with the exit code ${exitCode}` : `by the signal ${signal}`
  return toFailure('crashed', `The agent ended ${how} before it had an answer. Ask again.`)
}

function toFailure(code: string, error: string): ContainerOutput {
  return {status: 'error', result: null, error, code, notice: 'unsent'}
}
