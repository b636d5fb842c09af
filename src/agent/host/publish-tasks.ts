/**
 * What an agent reads of its host: its tasks, and for the main group those of all, and the groups.
 *
 * @module
 */
import {MAIN_FOLDER} from '../protocol/group-folder.ts'
import type {WatcherOptions} from './watcher-options.ts'

type Publisher = Pick<WatcherOptions, 'groups' | 'inbox' | 'log' | 'now' | 'store'>

/** Writes it for a group, and for the main group, which sees the tasks of all. */
export async function publishToGroup(options: Publisher, folder: string): Promise<void> {
  await publishTasks(options, folder)
  if (folder !== MAIN_FOLDER) await publishTasks(options, MAIN_FOLDER)
}

/** Writes it for one group. What cannot be written is logged: the tasks themselves are not in danger. */
export async function publishTasks(
  {groups, inbox, log, now, store}: Publisher,
  folder: string,
): Promise<void> {
  if (!(await inbox.has(folder))) return
  const isMain = folder === MAIN_FOLDER
  const tasks = store.listTasks(isMain ? undefined : folder).map((task) => ({
    id: task.id,
    groupFolder: task.groupFolder,
    prompt: task.prompt,
    schedule_type: task.scheduleType,
    schedule_value: task.scheduleValue,
    status: task.status,
    next_run: toIso(task.nextRunMs),
    last_run: toIso(task.lastRunMs),
    last_result: task.lastResult ?? null,
  }))
  try {
    const known = isMain ? await groups() : []
    const listed = known.map(({jid, name}) => ({jid, name, isRegistered: true}))
    const lastSync = new Date(now()).toISOString()
    await inbox.publish(folder, 'current_tasks.json', tasks)
    await inbox.publish(folder, 'available_groups.json', {groups: listed, lastSync})
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.error('the tasks of a group could not be written for it', {folder, error: reason})
  }
}

function toIso(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : new Date(milliseconds).toISOString()
}
