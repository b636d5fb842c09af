/**
 * One turn of the Codex CLI.
 *
 * @module
 */
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {readSessionEnd} from '../../accounts/directories/codex/session-file.ts'
import type {Clock} from '../../base/clock.ts'
import {readText} from '../../files/read-file.ts'
import {hasErrorCode, toStorageError} from '../../files/storage-failure.ts'
import {AgentError} from '../agent-error.ts'
import type {Command} from './find-codex.ts'
import type {SandboxSettings} from '../protocol/policy.ts'
import {classifyFailure} from './classify-failure.ts'
import {toCodexArguments, type CodexAddresses} from './codex-arguments.ts'
import {CodexEvents, type CodexProgress} from './codex-events.ts'
import {runProgram, type ProgramEnd} from './run-program.ts'

/** The most that one turn may print, in bytes. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

/** The longest answer for a chat, in characters. */
const MAX_ANSWER = 1024 * 1024

/** How a turn is run. */
export interface CodexTurn {
  readonly codex: Command
  readonly codexHome: string
  /** The folder that the agent works in. */
  readonly folder: string
  readonly env: NodeJS.ProcessEnv
  /** What helps where OpenAI refuses the login or the key, as a sentence for the chat. */
  readonly loginAdvice: string
  readonly sandbox: SandboxSettings
  readonly model: string | undefined
  readonly addresses: CodexAddresses
  /** The longest that a turn may take, and say nothing, in milliseconds. */
  readonly timeoutMs: number
  readonly idleMs: number
  /** Of the chat. An unknown one counts as that of this machine. */
  readonly timeZone: string | undefined
  readonly now: Clock
  readonly signal?: AbortSignal | undefined
  /** Told of the process when it runs. */
  readonly onStart?: (pid: number) => void
}

/** What a turn is about. */
export interface TurnText {
  /** Asked for once the CLI has been started, which takes longer. Must not throw. */
  readonly prompt: () => string
  /** The conversation to go on with. */
  readonly threadId: string | undefined
}

/** How a turn ended. */
export type TurnEnd =
  | {readonly kind: 'answer'; readonly text: string; readonly progress: CodexProgress}
  | {readonly kind: 'failure'; readonly error: AgentError; readonly progress: CodexProgress}

/**
 * Runs the CLI to its end.
 *
 * @throws {AgentError} `cli_missing`: it cannot be started.
 * @throws {StorageError} There is no room for its last message.
 */
export async function runCodex(turn: CodexTurn, {prompt, threadId}: TurnText): Promise<TurnEnd> {
  const scratch = await makeScratch()
  const messageFile = path.join(scratch, 'message.txt')
  const startedAtMs = turn.now()
  const events = new CodexEvents()
  try {
    const {codex, env, folder, onStart, signal} = turn
    const end = await start(codex, {
      args: [...codex.args, ...toCodexArguments({...turn, messageFile, threadId})],
      cwd: folder,
      env,
      input: prompt,
      timeoutMs: turn.timeoutMs,
      idleMs: turn.idleMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      onOutput: (text) => events.push(text),
      ...(onStart && {onStart}),
      ...(signal && {signal}),
    })
    const progress = events.end()
    const text = await readMessage(messageFile, progress)
    const isDone = end.exitCode === 0 && progress.isCompleted && end.stoppedBy === undefined
    const isBlocked = progress.commands > 0 && progress.unsandboxed === progress.commands
    if (isDone && text !== undefined && !isBlocked) return {kind: 'answer', text, progress}
    return {kind: 'failure', error: await explain(turn, {end, progress, startedAtMs}), progress}
  } finally {
    await rm(scratch, {recursive: true, force: true})
  }
}

async function explain(
  turn: CodexTurn,
  run: {readonly end: ProgramEnd; readonly progress: CodexProgress; readonly startedAtMs: number},
): Promise<AgentError> {
  const {codexHome, timeoutMs, timeZone} = turn
  const {end, progress, startedAtMs} = run
  // Without a conversation, the newest file is that of somebody else.
  const session =
    progress.threadId === undefined || progress.isCompleted
      ? undefined
      : await readSessionEnd(codexHome, {sinceMs: startedAtMs - 1000, id: progress.threadId})
  const {loginAdvice} = turn
  return classifyFailure({progress, end, session, loginAdvice, timeoutMs, timeZone})
}

async function start(
  codex: Command,
  options: Parameters<typeof runProgram>[1],
): Promise<ProgramEnd> {
  try {
    return await runProgram(codex.file, options)
  } catch (error) {
    const isFolder = hasErrorCode(error, 'ENOENT') && codex.file.startsWith('/')
    const what = isFolder
      ? `it, or the folder ${options.cwd}, is not there`
      : 'the system refuses it'
    throw new AgentError(
      'cli_missing',
      `The Codex CLI cannot be started (${what}). Run \`cao agent doctor\` on the host.`,
      {cause: error},
    )
  }
}

/** The file holds the last message whole; it is empty when the turn failed. */
async function readMessage(file: string, {message}: CodexProgress): Promise<string | undefined> {
  const text = await readText(file, {maxBytes: MAX_ANSWER}).catch(() => undefined)
  return [text, message].find((one) => one !== undefined && one.trim() !== '')
}

async function makeScratch(): Promise<string> {
  try {
    return await mkdtemp(path.join(tmpdir(), 'cao-agent-'))
  } catch (error) {
    throw toStorageError(tmpdir(), error)
  }
}
