/**
 * Writes that were given up, and that the system may carry out all the same when it answers.
 *
 * @module
 */
import path from 'node:path'

/** The files are those of the process, so this is known to all of it. */
const late = new Map<string, Promise<void>>()

/** Notes that a write was given up. @param settled Resolves when nothing more can come of it. */
export function noteLateWrite(file: string, settled: Promise<void>): void {
  const done = settled.finally(() => late.delete(file))
  late.set(file, done)
}

/** Whether something may still come of a write of this file, or of any. */
export function hasLateWrite(file?: string): boolean {
  return file === undefined ? late.size > 0 : late.has(file)
}

/**
 * The end of what may still be written below a folder.
 *
 * @returns Resolves when nothing more can come; `undefined` when nothing can now.
 */
export function lateWritesBelow(folder: string): Promise<unknown> | undefined {
  const files = [...late].filter(([file]) => isBelow(folder, file))
  return files.length === 0 ? undefined : Promise.all(files.map(([, settled]) => settled))
}

function isBelow(folder: string, file: string): boolean {
  const way = path.relative(folder, file)
  return way.split(path.sep)[0] !== '..' && !path.isAbsolute(way)
}
