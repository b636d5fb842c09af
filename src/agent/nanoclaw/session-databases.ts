/**
 * The dialect of NanoClaw v2: two databases for each session, of which each side writes one.
 *
 * `inbound.db` is the host's, with even numbers; `outbound.db` is the container's, with odd ones. So what an agent sends is a row here,
 * and what came of it is the host's row about it.
 *
 * @module
 */
import {randomUUID} from 'node:crypto'
import path from 'node:path'
import type {Clock} from '../../base/clock.ts'
import {toJsonObject, toNumber, toText, type JsonObject} from '../../base/json-object.ts'
import {inTransaction, openDatabase, type Database} from '../host/database.ts'
import {findFirstRun, ScheduleError} from '../host/schedule.ts'
import type {IpcChannel, IpcReply} from '../ipc/ipc-folder.ts'
import {parseIpcRequest, type IpcRequest} from '../ipc/ipc-request.ts'

/** Options of {@link createSessionChannel}. */
export interface SessionChannelOptions {
  /** The folder of the session, with both databases in it. */
  readonly folder: string
  /** Opens a database. Default: with the SQLite of this installation, as it is: the host has chosen its journal. */
  readonly open?: (file: string) => Promise<Database>
  /** Time zone of schedules. Default: that of this machine. */
  readonly timeZone?: string
  readonly now: Clock
}

/** A channel that has something to close. */
export interface SessionChannel extends IpcChannel {
  close(): void
}

/**
 * Opens the databases of a session. A message goes to the chat that the host has named for the session, a task to the
 * system of the host. `send` takes requests of the same form as files have, and rejects with a {@link ScheduleError} when this dialect has
 * no words for a schedule.
 *
 * @throws The error of the database, when one of them is not there.
 */
export async function createSessionChannel({
  folder,
  now,
  open = (file) => openDatabase(file, {isAsItIs: true}),
  timeZone = new Intl.DateTimeFormat().resolvedOptions().timeZone,
}: SessionChannelOptions): Promise<SessionChannel> {
  const inbound = await open(path.join(folder, 'inbound.db'))
  const outbound = await open(path.join(folder, 'outbound.db'))
  return {
    async send(kind, request) {
      const id = randomUUID()
      const {channel_type, platform_id, thread_id} = findRoute(inbound)
      const isMessage = kind === 'messages'
      const text = JSON.stringify(request)
      const content = isMessage
        ? {text: toJsonObject(request)['text']}
        : {
            ...toAction(parseIpcRequest(text, kind), {id, nowMs: now(), timeZone}),
            platformId: toText(platform_id) ?? null,
            channelType: toText(channel_type) ?? null,
            threadId: toText(thread_id) ?? null,
          }
      inTransaction(outbound, () => {
        outbound
          .prepare(
            `INSERT INTO messages_out (id, seq, timestamp, kind, platform_id, channel_type, thread_id, content)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          )
          .run(
            id,
            findNextNumber(inbound, outbound),
            new Date(now()).toISOString(),
            isMessage ? 'chat' : 'system',
            toText(platform_id) ?? null,
            toText(channel_type) ?? null,
            toText(thread_id) ?? null,
            JSON.stringify(content),
          )
      })
      return id
    },
    reply: async (id) => findReply(inbound, id),
    close() {
      outbound.close()
      inbound.close()
    },
  }
}

/** A request in the words of this dialect: a time to begin, and a cron expression for what comes again. */
function toAction(
  request: IpcRequest,
  {id, nowMs, timeZone}: {readonly id: string; readonly nowMs: number; readonly timeZone: string},
): JsonObject {
  if (request.type !== 'schedule_task') {
    return {action: request.type, ...('taskId' in request && {taskId: request.taskId})}
  }
  const {prompt, scheduleType, scheduleValue} = request
  const value = scheduleType === 'interval' ? toCron(scheduleValue) : scheduleValue
  const type = scheduleType === 'once' ? scheduleType : 'cron'
  return {
    action: request.type,
    taskId: id,
    prompt,
    script: null,
    processAfter: new Date(findFirstRun({type, value}, {nowMs, timeZone})).toISOString(),
    recurrence: type === 'cron' ? value : null,
  }
}

/** Whole minutes of an hour, or whole hours of a day: there is no other way to say every so often in a cron expression. */
function toCron(interval: string): string {
  const minutes = Number(interval) / 60_000
  if (Number.isInteger(minutes) && 60 % minutes === 0) {
    return minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`
  }
  const hours = minutes / 60
  if (Number.isInteger(hours) && 24 % hours === 0) {
    return hours === 24 ? '0 0 * * *' : `0 */${hours} * * *`
  }
  throw new ScheduleError(
    'This host knows no such interval. Use minutes that divide an hour, hours that divide a day, or a cron expression.',
  )
}

function findRoute(inbound: Database) {
  return toJsonObject(inbound.prepare('SELECT * FROM session_routing WHERE id = 1').all()[0])
}

/** The next odd number above all that either side has given. */
function findNextNumber(inbound: Database, outbound: Database): number {
  const numbers = [
    inbound.prepare('SELECT max(seq) AS last FROM messages_in').all(),
    outbound.prepare('SELECT max(seq) AS last FROM messages_out').all(),
  ].map(([row]) => toNumber(toJsonObject(row)['last']) ?? 0)
  const next = Math.max(...numbers) + 1
  return next % 2 === 1 ? next : next + 1
}

function findReply(inbound: Database, id: string): IpcReply | undefined {
  const [row] = inbound.prepare('SELECT status FROM delivered WHERE message_out_id = ?').all(id)
  const status = toText(toJsonObject(row)['status'])
  if (status === undefined) return undefined
  return status === 'delivered'
    ? {ok: true}
    : {ok: false, error: `The host could not deliver it (${status}).`}
}
