/**
 * Codex for one message of a group: with its settings, its memory, and whichever account can answer.
 *
 * @module
 */
import {askMembers} from './accounts/ask-members.ts'
import type {AgentOptions} from './agent-options.ts'
import {findCodexCommand} from './exec/find-codex.ts'
import {createRunNote} from './home/leftover.ts'
import {hasThread} from './home/threads.ts'
import {buildPrelude} from './prelude/build-prelude.ts'
import {readMemory} from './prelude/read-memory.ts'
import type {ContainerInput} from './protocol/container-input.ts'
import type {ContainerOutput} from './protocol/container-output.ts'
import {toSandboxSettings, type SandboxSettings} from './protocol/policy.ts'
import {toTimeZone} from './to-clock-time.ts'

/** How {@link answerGroup} runs. */
export interface AnswerOptions extends AgentOptions {
  /** Identity of the run. */
  readonly runId: string
}

/**
 * Answers a message.
 *
 * @throws {AgentError} There is no answer.
 * @throws {StorageError} A file could not be written.
 */
export async function answerGroup(
  input: ContainerInput,
  options: AnswerOptions,
): Promise<ContainerOutput> {
  const {env, folders, isContained, now} = options
  const {codex: config = {}} = input.providerConfig
  const codex = await findCodexCommand(options.codex ?? 'codex', env)
  const sandbox = toSandboxSettings(config.approvalPolicy ?? 'auto', {
    ipcFolder: folders.ipc,
    isContained,
  })
  const prelude = await preparePrelude(input, {...options, sandbox})
  const isKnown =
    input.sessionId !== undefined && (await hasThread(folders.codexHome, input.sessionId))
  const note = createRunNote(folders.codexHome, options.runId)
  const {idleMs, timeoutMs} = options
  const turn = {
    codex,
    codexHome: folders.codexHome,
    folder: folders.group,
    sandbox,
    model: config.model,
    timeoutMs,
    idleMs,
    timeZone: env['TZ'],
    now,
    signal: options.signal,
    onStart(pid: number) {
      options.onStart?.()
      void note.begin(pid)
    },
  }
  try {
    return await askMembers({
      input,
      options,
      runId: options.runId,
      turn,
      prelude,
      threadId: isKnown ? input.sessionId : undefined,
    })
  } finally {
    await note.end()
  }
}

/** What needs the names of time zones is left for when the CLI has been started: loading them takes 40 ms. */
async function preparePrelude(
  input: ContainerInput,
  {
    env,
    folders,
    ipcCommand,
    now,
    sandbox,
  }: AnswerOptions & {
    readonly sandbox: SandboxSettings
  },
): Promise<() => string> {
  const [global, group] = await Promise.all([folders.global, folders.group].map(readMemory))
  return () =>
    buildPrelude({
      ...input,
      ipcFolder: folders.ipc,
      canWriteFiles: sandbox.canWriteFiles,
      command: ipcCommand,
      timeZone: toTimeZone(env['TZ']),
      nowMs: now(),
      memories: [
        ...(global ?? []).map((memory) => ({...memory, name: `${memory.name} (all groups)`})),
        ...(group ?? []).map((memory) => ({...memory, name: `${memory.name} (this group)`})),
      ],
    })
}
