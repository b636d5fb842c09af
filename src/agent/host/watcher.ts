/**
 * The host's side of a chat host: takes what agents have written, hands messages on, and runs tasks when their time comes.
 *
 * Each request is carried out and noted in one transaction, then answered, then its file is removed. So a kill at any moment
 * loses none and doubles none: a file whose request is noted is not carried out again.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import {delay} from '../../base/delay.ts'
import {parseJson, toJsonObject} from '../../base/json-object.ts'
import type {Log} from '../../base/log.ts'
import type {RegisterRequest} from '../ipc/ipc-request.ts'
import {IpcFormatError} from '../ipc/ipc-request.ts'
import {MAIN_FOLDER} from '../protocol/group-folder.ts'
import type {HostGroup} from './authorize.ts'
import {handleRequest, type Handled} from './handle-request.ts'
import {toFileKey, type IpcFile, type IpcInbox} from './ipc-inbox.ts'
import {findNextRun, ScheduleError} from './schedule.ts'
import type {OutgoingMessage, Task, TaskRun, TaskStore} from './task-store.ts'

/** What a task came to. */
export interface TaskResult {
  readonly result?: string | null
  /** A sentence about what went wrong. */
  readonly error?: string | undefined
}

/** What the watcher works with. */
export interface WatcherOptions {
  readonly inbox: IpcInbox
  readonly store: TaskStore
  readonly now: Clock
  readonly log: Log
  /** Time zone of schedules. */
  readonly timeZone: string
  /** The groups as they are now. */
  readonly groups: () => Promise<readonly HostGroup[]>
  /**
   * Sends a message to its chat. One that is rejected is tried again. After a kill in the middle, the same one comes again
   * with the same id.
   */
  readonly send: (message: OutgoingMessage) => Promise<void>
  /** Runs a task. A rejection is an error of the task. */
  readonly runTask: (task: Task) => Promise<TaskResult>
  /** The main group registers a chat. Default: it is refused. */
  readonly register?: (request: RegisterRequest) => Promise<void>
  /** How many tasks run at once. Default 5; of one group, one after the other. */
  readonly maxTasks?: number
}

/** How often the folders are looked at, in milliseconds. */
const LOOK_EVERY_MS = 500

/** How many messages are handed over before files are looked at again. */
const MAX_MESSAGES = 200

/** How long a message that could not be sent waits, in milliseconds, and at most. */
const RETRY_MS = 1000
const MAX_RETRY_MS = 60_000

/** Replies are kept so long, in milliseconds. */
const KEEP_REPLIES_MS = 86_400_000

/** The watcher of one host. There must be only one for the same files. */
export class Watcher {
  readonly #options: WatcherOptions
  readonly #running = new Map<string, Promise<void>>()
  #retryAtMs = 0
  #failures = 0
  #sweptAtMs = 0

  constructor(options: WatcherOptions) {
    this.#options = options
  }

  /** Begins after a restart: forgets files that are gone, and tells of tasks that were interrupted. */
  async recover(): Promise<void> {
    const {inbox, now, store} = this.#options
    const keys = store.listHandled()
    const gone = []
    for (const key of keys) if (!(await inbox.has(key))) gone.push(key)
    store.forgetHandled(gone)
    for (const run of store.listInterrupted()) {
      const text = `The task “${run.task.prompt.slice(0, 80)}” was interrupted, because the host was stopped. Its next run is not affected; ask for it again if it matters now.`
      this.#tell(run.task, text)
      store.endRun(run, {error: 'interrupted', durationMs: 0})
    }
    for (const folder of await inbox.groups()) await this.#publish(folder)
    this.#sweptAtMs = now()
  }

  /** Works until the signal aborts, and lets tasks that run come to their end. */
  async run(signal: AbortSignal): Promise<void> {
    await this.recover()
    while (!signal.aborted) {
      const isBusy = await this.look()
      if (!isBusy) await delay(LOOK_EVERY_MS, signal).catch(() => undefined)
    }
    await this.settled()
  }

  /** Waits for the tasks that run. */
  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  /** Looks once at everything. @returns Whether there may be more at once. */
  async look(): Promise<boolean> {
    const {inbox, log} = this.#options
    let isBusy = false
    const folders = await inbox.groups()
    const groups = await this.#options.groups()
    for (const folder of folders) {
      try {
        isBusy = (await this.#lookAt(folder, groups)) || isBusy
      } catch (error) {
        // The files of one group must not stop the others; they are tried again.
        log.error('files of a group could not be handled', {folder, error: toText(error)})
      }
    }
    await this.#deliver()
    this.#startDue()
    await this.#sweep(folders)
    return isBusy
  }

  async #lookAt(folder: string, groups: readonly HostGroup[]): Promise<boolean> {
    const {inbox, store} = this.#options
    const files = await inbox.list(folder)
    const texts = await Promise.all(files.map((file) => this.#read(file)))
    const registrations: RegisterRequest[] = []
    const handled = store.inTransaction(() =>
      files.map((file, index) => this.#handle(file, texts[index], {groups, registrations})),
    )
    for (const request of registrations) await this.#options.register?.(request)
    for (const [index, file] of files.entries()) await this.#finish(file, handled[index])
    store.inTransaction(() => store.forgetHandled(files.map(toFileKey)))
    if (files.some(({kind}) => kind === 'tasks')) await this.#publishAll(folder)
    return files.length > 0
  }

  async #read(file: IpcFile): Promise<string | IpcFormatError | undefined> {
    try {
      return await this.#options.inbox.read(file)
    } catch (error) {
      if (error instanceof IpcFormatError) return error
      throw error
    }
  }

  #handle(
    file: IpcFile,
    text: string | IpcFormatError | undefined,
    {
      groups,
      registrations,
    }: {
      readonly groups: readonly HostGroup[]
      readonly registrations: RegisterRequest[]
    },
  ): Handled | undefined {
    const {now, register, store, timeZone} = this.#options
    if (text === undefined) return undefined
    if (text instanceof IpcFormatError) {
      return {reply: {ok: false, error: text.message}, isBad: true}
    }
    const key = toFileKey(file)
    const before = store.findHandled(key)
    if (before !== undefined) {
      const reply = toJsonObject(parseJson(before))
      return {reply: {...reply, ok: reply['ok'] === true}, isBad: reply['ok'] !== true}
    }
    const known = registrations.length
    const handled = handleRequest(text, file.kind, {
      folder: file.folder,
      groups,
      store,
      timeZone,
      nowMs: now(),
      onRefresh: () => undefined,
      onRegister(request) {
        if (!register) throw new IpcFormatError('This host registers no groups.')
        registrations.push(request)
      },
    })
    // To register twice does no harm, and it happens outside of the transaction.
    if (registrations.length === known) store.addHandled(key, JSON.stringify(handled.reply))
    return handled
  }

  async #finish(file: IpcFile, handled: Handled | undefined): Promise<void> {
    if (!handled) return
    const {inbox, log} = this.#options
    await inbox.reply(file, handled.reply)
    if (handled.isBad) {
      const reason = handled.reply.error ?? ''
      log.warn('a file of an agent was set aside', {file: toFileKey(file), reason})
      await inbox.setAside(file, reason)
    } else {
      await inbox.remove(file)
    }
  }

  async #deliver(): Promise<void> {
    const {log, now, send, store} = this.#options
    if (now() < this.#retryAtMs) return
    try {
      for (const message of store.listUndelivered(MAX_MESSAGES)) {
        await send(message)
        store.markDelivered(message.id, now())
      }
      this.#failures = 0
    } catch (error) {
      const waitMs = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** this.#failures)
      this.#failures += 1
      this.#retryAtMs = now() + waitMs
      log.error('a message could not be sent, and is tried again', {waitMs, error: toText(error)})
    }
  }

  #startDue(): void {
    const {maxTasks = 5, now, store, timeZone} = this.#options
    const nowMs = now()
    for (const task of store.listDue(nowMs)) {
      if (this.#running.size >= maxTasks) return
      if (this.#running.has(task.groupFolder)) continue
      const {scheduleType: type, scheduleValue: value} = task
      const run = store.beginRun(task, {
        nextRunMs: toNextRun({type, value}, {nowMs, timeZone}),
        nowMs,
      })
      const done = this.#runTask(run).finally(() => this.#running.delete(task.groupFolder))
      this.#running.set(task.groupFolder, done)
    }
  }

  async #runTask(run: TaskRun): Promise<void> {
    const {log, now, runTask, store} = this.#options
    const startedAtMs = now()
    await this.#publish(run.task.groupFolder)
    const end = await runTask(run.task).catch((error: unknown) => ({error: toText(error)}))
    const {error, ...rest} = end
    store.endRun(run, {
      ...rest,
      ...(error !== undefined && {error}),
      durationMs: now() - startedAtMs,
    })
    if (error !== undefined) log.error('a task failed', {task: run.task.id, error})
    await this.#publishAll(run.task.groupFolder)
  }

  /** A chat is told by the way that all messages go. */
  #tell({chatJid, groupFolder, id}: Task, text: string): void {
    const {now, store} = this.#options
    const nowMs = now()
    store.addMessage({id: `${id}-${nowMs}`, chatJid, text, groupFolder}, nowMs)
  }

  async #publishAll(folder: string): Promise<void> {
    await this.#publish(folder)
    if (folder !== MAIN_FOLDER) await this.#publish(MAIN_FOLDER)
  }

  /** What an agent may see: its own tasks; the main group all of them, and the groups. */
  async #publish(folder: string): Promise<void> {
    const {inbox, log, now, store} = this.#options
    if (!(await inbox.has(folder))) return
    const isMain = folder === MAIN_FOLDER
    const tasks = store.listTasks(isMain ? undefined : folder).map((task) => ({
      id: task.id,
      groupFolder: task.groupFolder,
      prompt: task.prompt,
      schedule_type: task.scheduleType,
      schedule_value: task.scheduleValue,
      status: task.status,
      next_run: task.nextRunMs === undefined ? null : new Date(task.nextRunMs).toISOString(),
    }))
    const groups = isMain ? await this.#options.groups() : []
    const listed = groups.map(({jid, name}) => ({jid, name, isRegistered: true}))
    const lastSync = new Date(now()).toISOString()
    try {
      await inbox.publish(folder, 'current_tasks.json', tasks)
      await inbox.publish(folder, 'available_groups.json', {groups: listed, lastSync})
    } catch (error) {
      log.error('the tasks of a group could not be written for it', {folder, error: toText(error)})
    }
  }

  async #sweep(folders: readonly string[]): Promise<void> {
    const nowMs = this.#options.now()
    if (nowMs - this.#sweptAtMs < 3_600_000) return
    this.#sweptAtMs = nowMs
    for (const folder of folders) {
      await this.#options.inbox.sweepReplies(folder, nowMs - KEEP_REPLIES_MS)
    }
  }
}

/** A schedule that could be read once can be read again; a time zone may have gone. */
function toNextRun(
  schedule: Parameters<typeof findNextRun>[0],
  facts: Parameters<typeof findNextRun>[1],
): number | undefined {
  try {
    return findNextRun(schedule, facts)
  } catch (error) {
    if (error instanceof ScheduleError) return undefined
    throw error
  }
}

function toText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
