/**
 * What the agent of a group may ask for. Who it is says the folder that its file is in, never the file.
 *
 * @module
 */
import type {IpcRequest, MessageRequest, ScheduleRequest} from '../ipc/ipc-request.ts'
import {MAIN_FOLDER} from '../protocol/group-folder.ts'

/** A chat that has an agent. */
export interface HostGroup {
  readonly jid: string
  readonly name: string
  readonly folder: string
}

/** A request that its group may not make; the message says why. */
export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError'
}

/** A group whose task a request is about. */
export interface TaskOwner {
  readonly groupFolder: string
}

/** What there is. */
export interface AuthorizationFacts {
  /** The folder that the file is in. */
  readonly folder: string
  readonly groups: readonly HostGroup[]
  /** The task that it is about; `undefined` when there is none. */
  readonly task?: TaskOwner | undefined
}

/**
 * Decides whom a request is for.
 *
 * - Messages: the main group may write to any chat, others to their own only.
 * - Tasks: the main group plans for any group and changes any task, others their own only.
 * - Groups: only the main group.
 *
 * @returns The group that a task is planned for, else that of the folder.
 * @throws {NotAllowedError} It may not, or there is no such group or task.
 */
export function authorize(
  request: IpcRequest,
  {folder, groups, task}: AuthorizationFacts,
): HostGroup | undefined {
  const isMain = folder === MAIN_FOLDER
  const own = groups.find((group) => group.folder === folder)
  if (!own && !isMain) throw new NotAllowedError(`There is no group with the folder ${folder}.`)
  const facts = {own, isMain, groups, task}
  if (request.type === 'message') return authorizeMessage(request, {...facts, folder})
  if (request.type === 'schedule_task') return findTarget(request, {...facts, folder})
  if ('taskId' in request) {
    if (task && (isMain || task.groupFolder === folder)) return own
    // Others do not learn which tasks there are.
    throw new NotAllowedError(`There is no task ${request.taskId}.`)
  }
  if (isMain) return own
  throw new NotAllowedError('Only the main group may do that.')
}

interface Asker {
  readonly folder: string
  readonly own: HostGroup | undefined
  readonly isMain: boolean
  readonly groups: readonly HostGroup[]
}

function authorizeMessage(
  {chatJid}: MessageRequest,
  {folder, groups, isMain, own}: Asker,
): HostGroup | undefined {
  const isOwn = groups.some(({folder: other, jid}) => jid === chatJid && other === folder)
  if (isMain || isOwn) return own
  throw new NotAllowedError('This group may only write to its own chat.')
}

function findTarget(
  {groupFolder, targetJid}: ScheduleRequest,
  {folder, groups, isMain}: Asker,
): HostGroup {
  const target = groups.find(({folder: other, jid}) =>
    targetJid === undefined ? other === groupFolder : jid === targetJid,
  )
  if (!isMain && target?.folder !== folder) {
    throw new NotAllowedError('This group may only plan tasks for itself.')
  }
  if (!target) throw new NotAllowedError('There is no group that the task is for.')
  return target
}
