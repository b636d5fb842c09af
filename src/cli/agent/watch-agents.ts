/**
 * `cao agent watch`
 *
 * @module
 */
import {spawn} from 'node:child_process'
import path from 'node:path'
import process from 'node:process'
import {openDatabase} from '../../agent/host/database.ts'
import {createGroupFile} from '../../agent/host/group-file.ts'
import {IpcInbox} from '../../agent/host/ipc-inbox.ts'
import {TaskStore, type OutgoingMessage, type Task} from '../../agent/host/task-store.ts'
import {Watcher} from '../../agent/host/watcher.ts'
import type {TaskResult} from '../../agent/host/watcher-options.ts'
import type {AgentRunner} from '../../agent/runners/agent-runner.ts'
import {createContainerRunner, type ContainerEngine} from '../../agent/runners/container-runner.ts'
import {createLocalRunner} from '../../agent/runners/local-runner.ts'
import {MAIN_FOLDER} from '../../agent/protocol/group-folder.ts'
import {isTimeZone} from '../../agent/to-clock-time.ts'
import {parseJson, toJsonObject, toText} from '../../base/json-object.ts'
import {toPlainText} from '../../base/plain-text.ts'
import {CodexError, ConfigurationError} from '../../errors.ts'
import {withFileLock} from '../../files/file-lock.ts'
import {readText} from '../../files/read-file.ts'
import {createAgentLog, type AgentContext} from './agent-context.ts'
import {makeFolder} from '../../files/make-folder.ts'

/** Options of `cao agent watch`. */
export interface WatchOptions {
  readonly data: string
  readonly groupsDir: string
  readonly registry?: string
  readonly database?: string
  readonly timeZone?: string
  readonly deliver?: string
  readonly image?: string
  readonly engine: string
  readonly loginDir?: string
  readonly accounts?: string
  readonly codex: string
  readonly contained?: string
  readonly timeout?: number
}

/** How long an answer to a task may take where nobody says so, in milliseconds. */
const TIMEOUT_MS = 285_000

/**
 * How long another watcher is waited for, in milliseconds. One that was killed is gone at once, but on a machine that is
 * overfull the program that takes the lock has needed more than five seconds.
 */
const LOCK_MS = 15_000

const ENGINES = ['docker', 'podman', 'container'] as const

/** Watches until it is told to end. @returns The exit code. */
export async function watchAgents(
  context: AgentContext,
  options: WatchOptions,
  other: readonly string[],
): Promise<number> {
  const data = path.resolve(options.data)
  const ipc = path.join(data, 'ipc')
  try {
    assertTimeZone(options.timeZone)
    await makeFolder(ipc)
    const file = path.resolve(options.database ?? path.join(data, 'agent-tasks.db'))
    const watch = () => watchFolders(context, {...options, data, database: file}, other)
    await withFileLock(path.join(data, 'agent-watch.lock'), watch, {timeoutMs: LOCK_MS})
    return 0
  } catch (error) {
    if (!(error instanceof CodexError)) throw error
    context.err(`Error: ${error.message}`)
    return 1
  }
}

/** With another time zone than the user wants, every task would run at a wrong time. */
function assertTimeZone(named: string | undefined): void {
  if (named === undefined || isTimeZone(named)) return
  throw new ConfigurationError(
    `There is no time zone “${toPlainText(named, 60)}”. Name one like Europe/Madrid with --time-zone.`,
  )
}

async function watchFolders(
  context: AgentContext,
  options: WatchOptions & {readonly database: string},
  other: readonly string[],
): Promise<void> {
  const {env, now} = context
  const store = new TaskStore(await openDatabase(options.database))
  const zones = [options.timeZone, env['TZ'], new Intl.DateTimeFormat().resolvedOptions().timeZone]
  const registry = path.resolve(
    options.registry ?? path.join(options.data, 'registered_groups.json'),
  )
  const groups = createGroupFile(registry, now)
  const runner = createRunner(context, options, other)
  const watcher = new Watcher({
    inbox: new IpcInbox(path.join(options.data, 'ipc')),
    store,
    now,
    log: createAgentLog(context),
    timeZone: zones.find(isTimeZone) ?? 'UTC',
    groups: () => groups.list(),
    register: (request) => groups.register(request),
    send: (message) => deliver(context, message, options.deliver),
    async runTask(task) {
      const {groupFolder} = task
      const sessionId =
        task.contextMode === 'group' ? await findSession(options.data, groupFolder) : undefined
      return runTask(runner, task, {...(await groups.find(groupFolder)), sessionId})
    },
  })
  const stop = new AbortController()
  process.once('SIGTERM', () => stop.abort()).once('SIGINT', () => stop.abort())
  context.err(`Watching ${options.data}.`)
  await watcher.run(stop.signal)
  store.close()
}

function createRunner(
  {env, err, now}: AgentContext,
  options: WatchOptions,
  other: readonly string[],
): AgentRunner {
  const {accounts, image, loginDir} = options
  const folders = {
    data: options.data,
    groups: path.resolve(options.groupsDir),
    ...(loginDir !== undefined && {login: path.resolve(loginDir)}),
    ...(accounts !== undefined && {accounts: path.resolve(accounts)}),
  }
  const timeoutMs = options.timeout === undefined ? TIMEOUT_MS : options.timeout * 1000
  const onLog = (text: string) => {
    if (text.trim() !== '') err(text.trimEnd())
  }
  if (image !== undefined) {
    const engine: ContainerEngine = ENGINES.find((name) => name === options.engine) ?? 'docker'
    return createContainerRunner({engine, image, folders, env, timeoutMs, now, onLog})
  }
  const [, script = ''] = process.argv
  const contained = options.contained === undefined ? [] : ['--contained', options.contained]
  const args = ['--codex', options.codex, ...contained]
  const command = [process.execPath, script] as const
  return createLocalRunner({folders, env, timeoutMs, onLog, command: [...command], args, other})
}

async function runTask(
  runner: AgentRunner,
  task: Task,
  group: Readonly<Record<string, unknown>> & {readonly sessionId: string | undefined},
): Promise<TaskResult> {
  const {chatJid, groupFolder, prompt} = task
  const {provider, providerConfig, sessionId} = group
  const {error, notice, result, status} = await runner.run({
    prompt,
    groupFolder,
    chatJid,
    sessionId,
    isMain: groupFolder === MAIN_FOLDER,
    isScheduledTask: true,
    provider,
    providerConfig,
  })
  if (status === 'success') return {result}
  return {result, error: error ?? 'The agent has failed.', isTold: notice !== 'unsent'}
}

/** The conversation of a group, where the host keeps them in the usual file. */
async function findSession(data: string, groupFolder: string): Promise<string | undefined> {
  const text = await readText(path.join(data, 'sessions.json')).catch(() => undefined)
  return toText(toJsonObject(parseJson(text))[groupFolder])
}

/** Hands a message to the program that sends it, or prints it for whoever reads along. */
async function deliver(
  {env, stdout}: AgentContext,
  message: OutgoingMessage,
  program: string | undefined,
): Promise<void> {
  const line = `${JSON.stringify({type: 'message', ...message})}\n`
  if (program === undefined) {
    await new Promise<void>((resolve, reject) => {
      stdout.write(line, (error) => (error ? reject(error) : resolve()))
    })
    return
  }
  await new Promise<void>((resolve, reject) => {
    const child = spawn(program, [], {env, stdio: ['pipe', 'ignore', 'inherit']})
    child.stdin.on('error', () => undefined).end(line)
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${program} ended with the exit code ${code}`))
    })
  })
}
