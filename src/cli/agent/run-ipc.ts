/**
 * `cao agent ipc`: what the agent of a group asks of its host, without JSON and quotation marks.
 *
 * @module
 */
import path from 'node:path'
import {createIpcFolder, type IpcChannel, type IpcReply} from '../../agent/ipc/ipc-folder.ts'
import type {IpcKind} from '../../agent/ipc/ipc-request.ts'
import {delay} from '../../base/delay.ts'
import {parseJson, toJsonObject, toList, toText} from '../../base/json-object.ts'
import {toPlainText} from '../../base/plain-text.ts'
import {StorageError} from '../../errors.ts'
import {readText} from '../../files/read-file.ts'
import type {AgentContext} from './agent-context.ts'

/** Options of `cao agent ipc`. */
export interface IpcOptions {
  readonly ipcDir?: string
  readonly group?: string
  readonly chat?: string
  readonly wait?: number
  readonly cron?: string
  readonly every?: number
  readonly once?: string
  readonly isolated?: boolean
}

/** What was typed. */
export interface IpcCommand extends IpcOptions {
  readonly name: string
  readonly text: string
}

/** How long the host is waited for by default, in milliseconds: it looks once a second. */
const WAIT_MS = 3000
const LOOK_EVERY_MS = 100

/** Asks something of the host. @returns The exit code: 1 when it was refused or could not be sent. */
export async function runIpc(context: AgentContext, command: IpcCommand): Promise<number> {
  const {env, err, now} = context
  const folder = path.resolve(command.ipcDir ?? env['CAO_AGENT_IPC_DIR'] ?? '/workspace/ipc')
  try {
    if (command.name === 'list') return await list(context, folder)
    const {kind, request, problem} = toRequest(command, env, now())
    if (problem !== undefined) {
      err(`Error: ${problem}`)
      return 1
    }
    const channel = createIpcFolder({folder, now})
    const id = await channel.send(kind, request)
    return report(context, await waitFor(channel, id, (command.wait ?? WAIT_MS / 1000) * 1000))
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    err(`Error: ${error.message}`)
    return 1
  }
}

interface Wanted {
  readonly kind: IpcKind
  readonly request: object
  /** What is missing. */
  readonly problem?: string
}

function toRequest(command: IpcCommand, env: NodeJS.ProcessEnv, nowMs: number): Wanted {
  const {name, text} = command
  const chatJid = command.chat ?? env['CAO_AGENT_CHAT']
  const groupFolder = command.group ?? env['CAO_AGENT_GROUP']
  const from = {groupFolder, timestamp: new Date(nowMs).toISOString()}
  if (name === 'send') {
    const problem = chatJid ? undefined : 'Name the chat with --chat <jid>.'
    const request = {type: 'message', chatJid, text, ...from}
    return {kind: 'messages', request, ...(problem !== undefined && {problem})}
  }
  if (name !== 'schedule')
    return {kind: 'tasks', request: {type: `${name}_task`, taskId: text, ...from}}
  const schedules = [
    {schedule_type: 'cron', schedule_value: command.cron},
    {schedule_type: 'interval', schedule_value: command.every?.toString()},
    {schedule_type: 'once', schedule_value: command.once},
  ].filter(({schedule_value}) => schedule_value !== undefined)
  const problem =
    schedules.length === 1
      ? undefined
      : 'Say when with one of --cron <expression>, --every <milliseconds>, --once <time>.'
  const context_mode = command.isolated === true ? 'isolated' : 'group'
  const target = command.chat === undefined ? {chatJid} : {chatJid, targetJid: command.chat}
  const rest = {prompt: text, context_mode, createdBy: groupFolder, ...target, ...from}
  const request = {type: 'schedule_task', ...schedules[0], ...rest}
  return {kind: 'tasks', request, ...(problem !== undefined && {problem})}
}

async function waitFor(
  channel: IpcChannel,
  id: string,
  timeoutMs: number,
): Promise<IpcReply | undefined> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const reply = await channel.reply(id)
    if (reply || waitedMs >= timeoutMs) return reply
    await delay(LOOK_EVERY_MS)
  }
}

function report({err, out}: AgentContext, reply: IpcReply | undefined): number {
  if (!reply) {
    out('Handed over. The host has not answered yet.')
    return 0
  }
  if (!reply.ok) {
    err(`Error: ${toPlainText(reply.error ?? 'The host has refused it.')}`)
    return 1
  }
  const task = reply.taskId === undefined ? '' : ` Task: ${reply.taskId}.`
  const next = reply.nextRun === undefined ? '' : ` Next: ${reply.nextRun}.`
  out(`Done.${task}${next}`)
  return 0
}

async function list({out}: AgentContext, folder: string): Promise<number> {
  const tasks = toList(parseJson(await readText(path.join(folder, 'current_tasks.json'))))
  if (tasks.length === 0) out('There are no tasks.')
  for (const one of tasks.map(toJsonObject)) {
    const words = ['id', 'status', 'schedule_type', 'schedule_value', 'next_run', 'prompt']
    out(
      words
        .flatMap((word) => toText(one[word]) ?? [])
        .map((text) => toPlainText(text, 200))
        .join('  '),
    )
  }
  return 0
}
