/**
 * Being told of changes in folders, where the system can tell.
 *
 * @module
 */
import {watch, type FSWatcher} from 'node:fs'

/** A watch over some folders. */
export interface FolderWatch {
  /** Watches these folders, and no longer those that are not among them. */
  follow(folders: readonly string[]): void
  /** Ends the watch, for good. */
  close(): void
}

/**
 * Creates a watch. It does not keep the process running. On file systems that tell nothing, nothing is
 * told, so whoever needs to know has to look from time to time as well.
 *
 * @param names The files that matter.
 * @param onChange One of them may have come, gone or changed.
 */
export function watchFolders(names: readonly string[], onChange: () => void): FolderWatch {
  const watchers = new Map<string, FSWatcher>()
  let isClosed = false
  const forget = (folder: string) => {
    watchers.get(folder)?.close()
    watchers.delete(folder)
  }
  const start = (folder: string) => {
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
  return {
    follow(folders) {
      if (isClosed) return
      for (const folder of [...watchers.keys()].filter((other) => !folders.includes(other))) {
        forget(folder)
      }
      for (const folder of folders.filter((other) => !watchers.has(other))) start(folder)
    },
    close() {
      isClosed = true
      for (const folder of watchers.keys()) forget(folder)
    },
  }
}
