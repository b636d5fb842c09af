/**
 * Running tasks when their time comes.
 *
 * The next run is on the disk before a run begins, so neither a restart nor a kill runs it twice.
 *
 * @module
 */
import type {HostGroup} from './authorize.ts'
import {publishTasks, publishToGroup} from './publish-tasks.ts'
import {findNextRun, ScheduleError, type Schedule} from './schedule.ts'
import type {Task, TaskRun} from './task-store.ts'
import type {TaskResult, WatcherOptions} from './watcher-options.ts'

/** Runs the tasks of a host. */
export class TaskClock {
  readonly #options: WatcherOptions
  /** By the folder of the group. */
  readonly #running = new Map<string, Promise<void>>()

  constructor(options: WatcherOptions) {
    this.#options = options
  }

  /** Tells of runs that a kill has ended, and looks whether the clock was set back meanwhile. */
  recover(): void {
    const {store} = this.#options
    for (const run of store.listInterrupted()) {
      const text = `The task “${toTitle(run.task)}” was interrupted, because the host was stopped. Its next run is not affected; ask for it again if it matters now.`
      this.#tell(run, text)
      store.endRun(run, {error: 'interrupted', durationMs: 0})
    }
    this.reschedule()
  }

  /**
   * Sees to it that no task waits for long because the clock was wrong: the next run of a task is never later than the second one
   * from now on. The first one may be over already, by the clock of before.
   */
  reschedule(): void {
    const {now, store, timeZone} = this.#options
    const nowMs = now()
    for (const task of store.listTasks()) {
      const {id, nextRunMs, scheduleType: type, scheduleValue: value, status} = task
      if (status !== 'active' || nextRunMs === undefined) continue
      const first = toNextRun({type, value}, {nowMs, timeZone})
      if (first === undefined) continue
      const second = toNextRun({type, value}, {nowMs: first, timeZone}) ?? first
      const latestMs = type === 'interval' ? first : second
      if (nextRunMs > latestMs) store.changeTask(id, 'active', first)
    }
  }

  /** Begins what is due. */
  startDue(groups: readonly HostGroup[]): void {
    const {log, maxTasks = 5, now, store, timeZone} = this.#options
    const nowMs = now()
    for (const task of store.listDue(nowMs)) {
      const {groupFolder, id, nextRunMs} = task
      if (this.#running.size >= maxTasks) return
      if (this.#running.has(groupFolder)) continue
      if (!groups.some(({folder}) => folder === groupFolder)) {
        log.warn('a task was paused, because its group is gone', {task: id, group: groupFolder})
        store.changeTask(id, 'paused', nextRunMs)
        const published = publishToGroup(this.#options, groupFolder)
        this.#running.set(
          groupFolder,
          published.finally(() => this.#running.delete(groupFolder)),
        )
        continue
      }
      const {scheduleType: type, scheduleValue: value} = task
      const run = store.beginRun(task, {
        nextRunMs: toNextRun({type, value}, {nowMs, timeZone}),
        nowMs,
      })
      const done = this.#run(run).finally(() => this.#running.delete(groupFolder))
      this.#running.set(groupFolder, done)
    }
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  async #run(run: TaskRun): Promise<void> {
    const {log, now, runTask, store} = this.#options
    const {groupFolder, id} = run.task
    const startedAtMs = now()
    await publishTasks(this.#options, groupFolder)
    const end: TaskResult = await runTask(run.task).catch((error: unknown) => ({
      error: error instanceof Error ? error.message : String(error),
    }))
    const {error, isTold = false, result = null} = end
    if (error !== undefined) {
      log.error('a task failed', {task: id, error})
      if (!isTold) this.#tell(run, `The task “${toTitle(run.task)}” has failed. ${error}`)
    }
    store.endRun(run, {
      result,
      ...(error !== undefined && {error}),
      durationMs: Math.max(0, now() - startedAtMs),
    })
    await publishToGroup(this.#options, groupFolder)
  }

  /** Once for each run, also when the host is killed in between. */
  #tell({id, task: {chatJid, groupFolder}}: TaskRun, text: string): void {
    const {now, store} = this.#options
    store.addMessage({id: `run-${id}`, chatJid, text, groupFolder}, now())
  }
}

function toTitle({prompt}: Task): string {
  return prompt.slice(0, 80)
}

/** A schedule that could be read once can be read again; a time zone may have gone. */
function toNextRun(
  schedule: Schedule,
  facts: Parameters<typeof findNextRun>[1],
): number | undefined {
  try {
    return findNextRun(schedule, facts)
  } catch (error) {
    if (error instanceof ScheduleError) return undefined
    throw error
  }
}
