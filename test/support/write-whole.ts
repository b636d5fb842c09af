import {renameSync, writeFileSync} from 'node:fs'
import path from 'node:path'

/**
 * Writes a file that another program, or another thread, may be reading: it sees the old content or the new one, and
 * never a half.
 *
 * @param mode Default: only this user may read and write it.
 */
export function writeWhole(file: string, content: string, mode = 0o600): void {
  // Where folders are watched, a name that begins with a dot is nobody's.
  const unfinished = path.join(path.dirname(file), `.${path.basename(file)}.unfinished`)
  writeFileSync(unfinished, content, {mode})
  renameSync(unfinished, file)
}
