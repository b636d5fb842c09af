/**
 * Being told of changes in folders, where the system can tell.
 *
 * @module
 */
import {watch, type FSWatcher} from 'node:fs'
import {stat as statFolder} from 'node:fs/promises'
import {withinTime} from './within-time.ts'

/** A watch over some folders. */
export interface FolderWatch {
  /** Watches these folders, and no longer those that are not among them. */
  follow(folders: readonly string[]): void
  /** Ends the watch, for good. */
  close(): void
}

/** What {@link watchFolders} goes by. */
export interface WatchFoldersOptions {
  /** Nobody else chose the folders: they are on a drive that answers. Default no. */
  readonly isOurs?: boolean
  /** Asks the system for a folder. Default: that of `node:fs/promises`. */
  readonly stat?: (folder: string) => Promise<unknown>
}

/**
 * Creates a watch. It does not keep the process running. On file systems that tell nothing, nothing is
 * told, so whoever needs to know has to look from time to time as well.
 *
 * A folder is watched once the system has answered for it: the call that watches holds up all of the process, and
 * would do so for ever on a mount whose server is gone.
 *
 * @param names The files that matter.
 * @param onChange One of them may have come, gone or changed.
 */
export function watchFolders(
  names: readonly string[],
  onChange: () => void,
  {isOurs = false, stat = statFolder}: WatchFoldersOptions = {},
): FolderWatch {
  const watchers = new Map<string, FSWatcher>()
  let wanted: readonly string[] = []
  let isClosed = false
  const forget = (folder: string) => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  const start = (folder: string) => {
    if (watchers.has(folder) || !wanted.includes(folder)) return
    try {
      const watcher = watch(folder, {persistent: false}, (_, name) => {
        if (name === null || names.includes(name)) onChange()
      })
      // The folder is gone, for example. If it comes back, it is followed again.
      watcher.on('error', () => forget(folder))
      watchers.set(folder, watcher)
    } catch {
      // There is no such folder, or the system has no more watches to give.
    }
  }
  const startOnceItAnswers = async (folder: string) => {
    try {
      await withinTime(folder, () => stat(folder))
    } catch {
      // It is asked again when it is to be followed again.
      return
    }
    start(folder)
  }
  return {
    follow(folders) {
      if (isClosed) return
      wanted = folders
      for (const folder of [...watchers.keys()].filter((other) => !folders.includes(other))) {
        forget(folder)
      }
      for (const folder of folders.filter((other) => !watchers.has(other))) {
        if (isOurs) start(folder)
        else void startOnceItAnswers(folder)
      }
    },
    close() {
      isClosed = true
      wanted = []
      for (const folder of watchers.keys()) forget(folder)
    },
  }
}
