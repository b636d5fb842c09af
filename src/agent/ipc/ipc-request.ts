/**
 * What an agent asks of its host, as JSON in a file.
 *
 * @module
 */
import {isJsonObject, parseJson, toText, type JsonObject} from '../../base/json-object.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'

/** The folders that an agent writes to. */
export const IPC_KINDS = ['messages', 'tasks'] as const

/** One of the folders. */
export type IpcKind = (typeof IPC_KINDS)[number]

/** How a task comes again. */
export type ScheduleType = 'cron' | 'interval' | 'once'

/** Whether a task goes on with the conversation of the group. */
export type ContextMode = 'group' | 'isolated'

/** A message for a chat. */
export interface MessageRequest {
  readonly type: 'message'
  readonly chatJid: string
  readonly text: string
}

/** A task for later. */
export interface ScheduleRequest {
  readonly type: 'schedule_task'
  readonly prompt: string
  readonly scheduleType: ScheduleType
  readonly scheduleValue: string
  /** The group that it is for, in the older dialect. */
  readonly groupFolder?: string
  /** The chat that it is for, in the newer dialect. */
  readonly targetJid?: string
  readonly contextMode: ContextMode
}

/** A change of a task. */
export interface TaskRequest {
  readonly type: 'cancel_task' | 'pause_task' | 'resume_task'
  readonly taskId: string
}

/** What only the main group may ask for. */
export interface RefreshRequest {
  readonly type: 'refresh_groups'
}

/** What only the main group may ask for: a chat becomes a group. */
export interface RegisterRequest {
  readonly type: 'register_group'
  readonly jid: string
  readonly name: string
  readonly folder: string
  readonly trigger: string
  /** All that the file says, for settings that are not known here. */
  readonly record: JsonObject
}

/** Whatever an agent can ask for. */
export type IpcRequest =
  | MessageRequest
  | RefreshRequest
  | RegisterRequest
  | ScheduleRequest
  | TaskRequest

/** A file that is no request; the message says why. */
export class IpcFormatError extends Error {
  override readonly name = 'IpcFormatError'
}

/** The longest text of a message or a task, in characters. */
const MAX_TEXT = 64 * 1024

/**
 * Reads a file of an agent.
 *
 * @param kind The folder that it is in.
 * @throws {IpcFormatError} It is no such request.
 */
export function parseIpcRequest(text: string, kind: IpcKind): IpcRequest {
  const file = parseJson(text)
  if (!isJsonObject(file)) throw new IpcFormatError('It is not a JSON object.')
  const {type} = file
  if (kind === 'messages') {
    if (type !== 'message') throw new IpcFormatError('Its type must be "message".')
    return {type, chatJid: toField(file, 'chatJid'), text: toField(file, 'text')}
  }
  switch (type) {
    case 'schedule_task':
      return parseSchedule(file)
    case 'pause_task':
    case 'resume_task':
    case 'cancel_task':
      return {type, taskId: toField(file, 'taskId')}
    case 'refresh_groups':
      return {type}
    case 'register_group':
      return {
        type,
        jid: toField(file, 'jid'),
        name: toField(file, 'name'),
        folder: toField(file, 'folder'),
        trigger: toField(file, 'trigger'),
        record: file,
      }
    default:
      throw new IpcFormatError(
        'Its type must be one of schedule_task, pause_task, resume_task, cancel_task, refresh_groups, register_group.',
      )
  }
}

function parseSchedule(file: JsonObject): ScheduleRequest {
  const scheduleType = (['cron', 'interval', 'once'] as const).find(
    (word) => word === file['schedule_type'],
  )
  if (!scheduleType) {
    throw new IpcFormatError('Its schedule_type must be one of "cron", "interval", "once".')
  }
  const value = file['schedule_value']
  const given = typeof value === 'number' ? {...file, schedule_value: String(value)} : file
  const groupFolder = toText(file['groupFolder'])
  const targetJid = toText(file['targetJid'])
  if (groupFolder === undefined && targetJid === undefined) {
    throw new IpcFormatError('It must name a groupFolder or a targetJid.')
  }
  return withoutUndefined({
    type: 'schedule_task' as const,
    prompt: toField(file, 'prompt'),
    scheduleType,
    scheduleValue: toField(given, 'schedule_value').trim(),
    groupFolder,
    targetJid,
    contextMode: file['context_mode'] === 'group' ? ('group' as const) : ('isolated' as const),
  })
}

function toField(file: JsonObject, name: string): string {
  const text = toText(file[name])
  if (text === undefined) throw new IpcFormatError(`It has no ${name}.`)
  if (text.length > MAX_TEXT) throw new IpcFormatError(`Its ${name} is too long.`)
  return text
}
