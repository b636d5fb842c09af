/**
 * `cao agent run`
 *
 * @module
 */
import {spawn} from 'node:child_process'
import {constants} from 'node:os'
import path from 'node:path'
import process from 'node:process'
import {AgentError} from '../../agent/agent-error.ts'
import type {AgentOptions} from '../../agent/agent-options.ts'
import {toMarkedOutput, type ContainerOutput} from '../../agent/protocol/container-output.ts'
import {resolveProvider} from '../../agent/protocol/provider.ts'
import {runAgent} from '../../agent/run-agent.ts'
import {parseJson, toJsonObject} from '../../base/json-object.ts'
import {quoteForShell} from '../../codex/cli/quote-for-shell.ts'
import {createAgentLog, type AgentContext} from './agent-context.ts'
import {findAgentGateway} from './find-agent-gateway.ts'
import {readInput} from './read-input.ts'
import {isContained, toFolders, type FolderOptions} from './folder-options.ts'

/** Options of `cao agent run`. */
export interface RunOptions extends FolderOptions {
  readonly baseUrl?: string
  readonly codex: string
  readonly timeout?: number
  readonly idle?: number
  readonly notify: boolean
  readonly contained?: string
}

/** How long an answer may take where nobody says so, in milliseconds. */
const TIMEOUT_MS = 285_000

/** What ends a run. SIGHUP is what comes when a terminal, or a connection to a server, is closed. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** How much sooner we end than the host would end us, in milliseconds: there is something to be told. */
const MARGIN_MS = 15_000

/** Answers the message on standard input. @returns The exit code: 0 wherever the output says what came of it. */
export async function runAgentInput(
  context: AgentContext,
  options: RunOptions,
  command: readonly string[],
): Promise<number> {
  const {stdin, stdout} = context
  const text = await readInput(stdin)
  const [program, ...args] = command
  if (program !== undefined && !isForCodex(text)) return handOver(context, {program, args, text})
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  // However often it is told to end: the CLI has to end first, and there is something to be said then.
  for (const signal of SIGNALS) process.on(signal, onSignal)
  try {
    const output = await runAgent(text, {...toAgentOptions(context, options), signal: stop.signal})
    if (await write(stdout, toMarkedOutput(output))) return isUnreadable(output) ? 1 : 0
    createAgentLog(context).error('the host has closed the output, so it does not get the answer')
    return 1
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
}

/** A host that sent nothing of use learns it by the exit code as well. */
function isUnreadable({code}: ContainerOutput): boolean {
  return code === 'input_invalid'
}

/** Whatever names no other provider is for us, also what cannot be read: we have a sentence for it. */
function isForCodex(text: string): boolean {
  const input = toJsonObject(parseJson(text))
  try {
    return resolveProvider({group: input['provider']}) === 'codex'
  } catch (error) {
    if (error instanceof AgentError) return true
    throw error
  }
}

function toAgentOptions(context: AgentContext, options: RunOptions): AgentOptions {
  const {env, fetch, now} = context
  const folders = toFolders(env, options)
  const {accounts} = folders
  const host = Number(env['CONTAINER_TIMEOUT'])
  const hostMs = Number.isFinite(host) && host > 2 * MARGIN_MS ? host - MARGIN_MS : TIMEOUT_MS
  const timeoutMs = options.timeout === undefined ? hostMs : options.timeout * 1000
  return {
    folders,
    env,
    now,
    log: createAgentLog(context),
    codex: options.codex,
    ipcCommand: `${toOwnCommand()} agent ipc`,
    isContained: isContained(options.contained ?? env['CAO_AGENT_CONTAINED']),
    timeoutMs,
    idleMs: options.idle === undefined ? timeoutMs : options.idle * 1000,
    baseUrl: options.baseUrl ?? env['CAO_AGENT_BASE_URL'],
    doesNotify: options.notify,
    ...(accounts !== undefined && {findGateway: () => findAgentGateway(accounts, fetch)}),
    onStart: () => {
      if (env['CAO_AGENT_TRACE'] !== undefined)
        context.err(`[agent-runner] trace: started ${now()}`)
    },
  }
}

/** The shell of the agent reads profiles, which may leave no PATH on which Node or `cao` are. */
function toOwnCommand(): string {
  const script = process.argv[1]
  if (process.platform === 'win32' || script === undefined) return 'cao'
  return [process.execPath, path.resolve(script)].map(quoteForShell).join(' ')
}

/** @returns Whether it was written: nobody may read any more. */
function write(stream: NodeJS.WritableStream, text: string): Promise<boolean> {
  return new Promise((resolve) => void stream.write(text, (error) => resolve(!error)))
}

/** Runs the program of another provider as if we were not there. */
function handOver(
  {env, err}: AgentContext,
  {
    args,
    program,
    text,
  }: {
    readonly program: string
    readonly args: readonly string[]
    readonly text: string
  },
): Promise<number> {
  const child = spawn(program, args, {env, stdio: ['pipe', 'inherit', 'inherit']})
  child.stdin.on('error', () => undefined).end(text)
  for (const signal of SIGNALS) {
    process.on(signal, () => void child.kill(signal))
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      err(`[agent-runner] error: ${program} cannot be started: ${error.message}`)
      resolve(127)
    })
    child.once('close', (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}
