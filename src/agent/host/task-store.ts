/**
 * Tasks, and messages on their way, in SQLite.
 *
 * @module
 */
import {toJsonObject, toNumber, toText} from '../../base/json-object.ts'
import type {ContextMode, ScheduleType} from '../ipc/ipc-request.ts'
import {inTransaction, type Database, type SqlValue} from './database.ts'

/** Whether a task runs. */
export type TaskStatus = 'active' | 'completed' | 'paused'

/** A task. Times are milliseconds since the Unix epoch. */
export interface Task {
  readonly id: string
  readonly groupFolder: string
  readonly chatJid: string
  readonly prompt: string
  readonly scheduleType: ScheduleType
  readonly scheduleValue: string
  readonly contextMode: ContextMode
  readonly status: TaskStatus
  readonly nextRunMs: number | undefined
  readonly lastRunMs?: number | undefined
  /** What the last run came to, in short. */
  readonly lastResult?: string | undefined
}

/** A message on its way to a chat. */
export interface OutgoingMessage {
  /** The same whenever it is handed over, so that a host can tell a second time. */
  readonly id: string
  readonly chatJid: string
  readonly text: string
  readonly groupFolder: string
}

/** A run of a task. */
export interface TaskRun {
  readonly id: number
  readonly task: Task
}

/** The tables are those that hosts of this kind have, so that their own programs can read them. */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS scheduled_tasks (
  id TEXT PRIMARY KEY, group_folder TEXT NOT NULL, chat_jid TEXT NOT NULL, prompt TEXT NOT NULL,
  schedule_type TEXT NOT NULL, schedule_value TEXT NOT NULL, next_run TEXT, last_run TEXT, last_result TEXT,
  status TEXT DEFAULT 'active', created_at TEXT NOT NULL, context_mode TEXT DEFAULT 'isolated');
CREATE INDEX IF NOT EXISTS idx_next_run ON scheduled_tasks(next_run);
CREATE TABLE IF NOT EXISTS task_run_logs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, run_at TEXT NOT NULL, duration_ms INTEGER NOT NULL,
  status TEXT NOT NULL, result TEXT, error TEXT);
CREATE TABLE IF NOT EXISTS outgoing_messages (
  id TEXT PRIMARY KEY, chat_jid TEXT NOT NULL, text TEXT NOT NULL, group_folder TEXT NOT NULL,
  created_at TEXT NOT NULL, delivered_at TEXT);
CREATE INDEX IF NOT EXISTS idx_undelivered ON outgoing_messages(delivered_at);
CREATE TABLE IF NOT EXISTS handled_files (file TEXT PRIMARY KEY, reply TEXT NOT NULL);`

/** How much of an answer is kept, in characters. */
const MAX_RESULT = 200

/** What is known of tasks and messages. Each change is on the disk when the call returns. */
export class TaskStore {
  readonly #database: Database

  /** @throws The error of the database, when it cannot be written. */
  constructor(database: Database) {
    this.#database = database
    database.exec(SCHEMA)
  }

  /** Runs `task` whole or not at all. */
  inTransaction<Result>(task: () => Result): Result {
    return inTransaction(this.#database, task)
  }

  /** What was answered to a file whose request has been carried out already. */
  findHandled(file: string): string | undefined {
    const [row] = this.#all('SELECT reply FROM handled_files WHERE file = ?', file)
    return toText(row?.['reply'])
  }

  addHandled(file: string, reply: string): void {
    this.#run('INSERT OR REPLACE INTO handled_files VALUES (?, ?)', file, reply)
  }

  /** The files are gone, so that others may have their names. */
  forgetHandled(files: readonly string[]): void {
    for (const file of files) this.#run('DELETE FROM handled_files WHERE file = ?', file)
  }

  listHandled(): readonly string[] {
    return this.#all('SELECT file FROM handled_files').flatMap(({file}) => toText(file) ?? [])
  }

  addTask(task: Task, nowMs: number): void {
    this.#run(
      `INSERT INTO scheduled_tasks (id, group_folder, chat_jid, prompt, schedule_type, schedule_value, next_run,
       status, created_at, context_mode) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      task.id,
      task.groupFolder,
      task.chatJid,
      task.prompt,
      task.scheduleType,
      task.scheduleValue,
      toTime(task.nextRunMs),
      task.status,
      toTime(nowMs),
      task.contextMode,
    )
  }

  findTask(id: string): Task | undefined {
    const [row] = this.#all('SELECT * FROM scheduled_tasks WHERE id = ?', id)
    return row && toTask(row)
  }

  /** All tasks, or those of a group, as they were planned. */
  listTasks(groupFolder?: string): readonly Task[] {
    const rows =
      groupFolder === undefined
        ? this.#all('SELECT * FROM scheduled_tasks ORDER BY created_at, id')
        : this.#all(
            'SELECT * FROM scheduled_tasks WHERE group_folder = ? ORDER BY created_at, id',
            groupFolder,
          )
    return rows.flatMap((row) => toTask(row) ?? [])
  }

  changeTask(id: string, status: TaskStatus, nextRunMs: number | undefined): void {
    this.#run(
      'UPDATE scheduled_tasks SET status = ?, next_run = ? WHERE id = ?',
      status,
      toTime(nextRunMs),
      id,
    )
  }

  removeTask(id: string): void {
    this.#run('DELETE FROM task_run_logs WHERE task_id = ?', id)
    this.#run('DELETE FROM scheduled_tasks WHERE id = ?', id)
  }

  /** Tasks whose time has come, the longest overdue first. */
  listDue(nowMs: number): readonly Task[] {
    return this.#all(
      "SELECT * FROM scheduled_tasks WHERE status = 'active' AND next_run <= ? ORDER BY next_run",
      toTime(nowMs),
    ).flatMap((row) => toTask(row) ?? [])
  }

  /** Notes that a run begins, and when the next one is, in one step: a restart does not run it again. */
  beginRun(
    task: Task,
    {nextRunMs, nowMs}: {readonly nextRunMs: number | undefined; readonly nowMs: number},
  ): TaskRun {
    return this.inTransaction(() => {
      const status = nextRunMs === undefined ? 'completed' : 'active'
      this.changeTask(task.id, status, nextRunMs)
      this.#run('UPDATE scheduled_tasks SET last_run = ? WHERE id = ?', toTime(nowMs), task.id)
      this.#run(
        "INSERT INTO task_run_logs (task_id, run_at, duration_ms, status) VALUES (?, ?, 0, 'running')",
        task.id,
        toTime(nowMs),
      )
      const [row] = this.#all('SELECT last_insert_rowid() AS id')
      return {id: toNumber(row?.['id']) ?? 0, task}
    })
  }

  endRun(
    run: TaskRun,
    end: {readonly result?: string | null; readonly error?: string; readonly durationMs: number},
  ): void {
    const {durationMs, error, result = null} = end
    this.inTransaction(() => {
      this.#run(
        'UPDATE task_run_logs SET status = ?, duration_ms = ?, result = ?, error = ? WHERE id = ?',
        error === undefined ? 'success' : 'error',
        durationMs,
        result,
        error ?? null,
        run.id,
      )
      const said = error === undefined ? (result ?? 'Completed') : `Error: ${error}`
      this.#run(
        'UPDATE scheduled_tasks SET last_result = ? WHERE id = ?',
        said.slice(0, MAX_RESULT),
        run.task.id,
      )
    })
  }

  /** Runs that a killed host has left: nobody knows what they came to. */
  listInterrupted(): readonly TaskRun[] {
    return this.#all(
      `SELECT scheduled_tasks.*, task_run_logs.id AS run_id FROM task_run_logs
       JOIN scheduled_tasks ON scheduled_tasks.id = task_id WHERE task_run_logs.status = 'running'`,
    ).flatMap((row) => {
      const task = toTask(row)
      return task ? [{id: toNumber(row['run_id']) ?? 0, task}] : []
    })
  }

  /** One whose id is known already is that one. */
  addMessage(message: OutgoingMessage, nowMs: number): void {
    this.#run(
      'INSERT OR IGNORE INTO outgoing_messages (id, chat_jid, text, group_folder, created_at) VALUES (?, ?, ?, ?, ?)',
      message.id,
      message.chatJid,
      message.text,
      message.groupFolder,
      toTime(nowMs),
    )
  }

  /** Messages that nobody has taken yet, in their order, but those to some chats. */
  listUndelivered(limit: number, skipped: readonly string[] = []): readonly OutgoingMessage[] {
    const places = skipped.map(() => '?').join(', ')
    return this.#all(
      `SELECT * FROM outgoing_messages WHERE delivered_at IS NULL AND chat_jid NOT IN (${places})
       ORDER BY rowid LIMIT ?`,
      ...skipped,
      limit,
    ).map((row) => ({
      id: toText(row['id']) ?? '',
      chatJid: toText(row['chat_jid']) ?? '',
      text: toText(row['text']) ?? '',
      groupFolder: toText(row['group_folder']) ?? '',
    }))
  }

  markDelivered(id: string, nowMs: number): void {
    this.#run('UPDATE outgoing_messages SET delivered_at = ? WHERE id = ?', toTime(nowMs), id)
  }

  /** Forgets messages that were taken, and runs that have ended, before this time. */
  forgetDone(beforeMs: number): void {
    const before = toTime(beforeMs)
    this.#run('DELETE FROM outgoing_messages WHERE delivered_at < ?', before)
    this.#run("DELETE FROM task_run_logs WHERE run_at < ? AND status <> 'running'", before)
  }

  close(): void {
    this.#database.close()
  }

  #run(sql: string, ...values: readonly SqlValue[]): void {
    this.#database.prepare(sql).run(...values)
  }

  #all(sql: string, ...values: readonly SqlValue[]) {
    return this.#database
      .prepare(sql)
      .all(...values)
      .map(toJsonObject)
  }
}

function toTime(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString()
}

function toTask(row: Readonly<Record<string, unknown>>): Task | undefined {
  const scheduleType = (['cron', 'interval', 'once'] as const).find(
    (word) => word === row['schedule_type'],
  )
  const id = toText(row['id'])
  if (id === undefined || !scheduleType) return undefined
  return {
    id,
    groupFolder: toText(row['group_folder']) ?? '',
    chatJid: toText(row['chat_jid']) ?? '',
    prompt: toText(row['prompt']) ?? '',
    scheduleType,
    scheduleValue: toText(row['schedule_value']) ?? '',
    contextMode: row['context_mode'] === 'group' ? 'group' : 'isolated',
    status: (['paused', 'completed'] as const).find((word) => word === row['status']) ?? 'active',
    nextRunMs: parseTime(row['next_run']),
    lastRunMs: parseTime(row['last_run']),
    lastResult: toText(row['last_result']),
  }
}

function parseTime(value: unknown): number | undefined {
  const milliseconds = Date.parse(toText(value) ?? '')
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}
