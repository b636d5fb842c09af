import path from 'node:path'
import {expect, test} from 'vitest'
import {IpcInbox} from '../../../src/agent/host/ipc-inbox.ts'
import {openDatabase} from '../../../src/agent/host/database.ts'
import {TaskStore} from '../../../src/agent/host/task-store.ts'
import {Watcher} from '../../../src/agent/host/watcher.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {makeTemporaryFolder} from '../../support/temporary-folder.ts'

/** A database in which nothing is, and nothing stays. */
class EmptyDatabase {
  exec(): void {}
  prepare(): {run(): void; all(): unknown[]} {
    return {run: () => {}, all: () => []}
  }
  close(): void {}
}

/** A file that SQLite does not take for its own. */
class DamagedDatabase extends EmptyDatabase {
  override exec(): void {
    throw new Error('file is not a database')
  }
}

function open(Database: typeof EmptyDatabase) {
  const file = path.join(makeTemporaryFolder(), 'agent-tasks.db')
  return {file, opened: openDatabase(file, {load: async () => ({DatabaseSync: Database})})}
}

test('a list of groups that stays damaged is logged once, and again when it is damaged anew', async () => {
  const {lines, log} = createMemoryLog()
  let isDamaged = true
  const watcher = new Watcher({
    inbox: new IpcInbox(makeTemporaryFolder()),
    store: new TaskStore(await open(EmptyDatabase).opened),
    now: () => 0,
    log,
    timeZone: 'UTC',
    groups: async () => {
      if (isDamaged) throw new Error('It is no JSON object.')
      return []
    },
    register: async () => {},
    send: async () => {},
    runTask: async () => ({}),
  })

  await watcher.look()
  await watcher.look()
  isDamaged = false
  await watcher.look()
  isDamaged = true
  await watcher.look()

  const line = 'warn the groups cannot be read, so files wait {"reason":"It is no JSON object."}'
  expect(lines).toEqual([line, line])
})

test('a file of tasks that is none is named', async () => {
  const {file, opened} = open(DamagedDatabase)
  await expect(opened).rejects.toThrow(
    `${file} cannot be used for the tasks: file is not a database. Move it away to begin without tasks, or restore it.`,
  )
})
