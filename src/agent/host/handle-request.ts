/**
 * Carrying out what an agent asks for.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {AgentError} from '../agent-error.ts'
import type {IpcReply} from '../ipc/ipc-folder.ts'
import {
  IpcFormatError,
  parseIpcRequest,
  type IpcKind,
  type IpcRequest,
  type RegisterRequest,
  type ScheduleRequest,
  type TaskRequest,
} from '../ipc/ipc-request.ts'
import {parseGroupFolder} from '../protocol/group-folder.ts'
import {authorize, NotAllowedError, type HostGroup} from './authorize.ts'
import {findFirstRun, ScheduleError} from './schedule.ts'
import type {Task, TaskStore} from './task-store.ts'

/** What a request is carried out with. */
export interface RequestContext {
  /** The group, by the folder that the request is in. */
  readonly folder: string
  readonly groups: readonly HostGroup[]
  readonly store: TaskStore
  readonly nowMs: number
  readonly timeZone: string
  /** Told of what the host has to do itself. */
  readonly onRegister: (request: RegisterRequest) => void
  readonly onRefresh: () => void
}

/** What came of a file. */
export interface Handled {
  readonly reply: IpcReply
  /** Whether the file is a mistake that is worth keeping. */
  readonly isBad: boolean
}

/** Carries out a request, within a transaction of the caller. Whatever is wrong with it is in the reply. */
export function handleRequest(text: string, kind: IpcKind, context: RequestContext): Handled {
  try {
    const request = parseIpcRequest(text, kind)
    const task = 'taskId' in request ? context.store.findTask(request.taskId) : undefined
    const target = authorize(request, {...context, task})
    return {reply: carryOut(request, context, {target, task}), isBad: false}
  } catch (error) {
    const isOurs =
      error instanceof IpcFormatError ||
      error instanceof NotAllowedError ||
      error instanceof ScheduleError ||
      error instanceof AgentError
    if (!isOurs) throw error
    return {reply: {ok: false, error: error.message}, isBad: true}
  }
}

interface Found {
  readonly target: HostGroup | undefined
  readonly task: Task | undefined
}

function carryOut(request: IpcRequest, context: RequestContext, {target, task}: Found): IpcReply {
  const {folder, nowMs, store} = context
  if (request.type === 'message') {
    const {chatJid, text} = request
    store.addMessage({id: randomUUID(), chatJid, text, groupFolder: folder}, nowMs)
    return {ok: true}
  }
  if (request.type === 'schedule_task') {
    return target ? schedule(request, target, context) : {ok: false}
  }
  if ('taskId' in request) return changeTask(request, task, context)
  if (request.type === 'register_group') {
    parseGroupFolder(request.folder)
    context.onRegister(request)
  } else {
    context.onRefresh()
  }
  return {ok: true}
}

function changeTask(
  {taskId, type}: TaskRequest,
  task: Task | undefined,
  context: RequestContext,
): IpcReply {
  const {store} = context
  if (type === 'resume_task') return task ? resume(task, context) : {ok: false}
  if (type === 'cancel_task') store.removeTask(taskId)
  else store.changeTask(taskId, 'paused', task?.nextRunMs)
  return {ok: true, taskId}
}

function schedule(
  request: ScheduleRequest,
  {folder, jid}: HostGroup,
  context: RequestContext,
): IpcReply {
  const {nowMs, store, timeZone} = context
  const {contextMode, prompt, scheduleType, scheduleValue} = request
  const nextRunMs = findFirstRun({type: scheduleType, value: scheduleValue}, {nowMs, timeZone})
  const id = `task-${nowMs}-${randomUUID().slice(0, 6)}`
  store.addTask(
    {
      id,
      groupFolder: folder,
      chatJid: jid,
      prompt,
      scheduleType,
      scheduleValue,
      contextMode,
      status: 'active',
      nextRunMs,
    },
    nowMs,
  )
  return {ok: true, taskId: id, nextRun: new Date(nextRunMs).toISOString()}
}

/** A task that was due while it was paused does not run at once. */
function resume(task: Task, {nowMs, store, timeZone}: RequestContext): IpcReply {
  const {id, nextRunMs, scheduleType, scheduleValue} = task
  const isAhead = nextRunMs !== undefined && nextRunMs > nowMs
  const next = isAhead
    ? nextRunMs
    : findFirstRun({type: scheduleType, value: scheduleValue}, {nowMs, timeZone})
  store.changeTask(id, 'active', next)
  return withoutUndefined({ok: true, taskId: id, nextRun: new Date(next).toISOString()})
}
