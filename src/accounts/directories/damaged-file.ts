/**
 * Telling of files that cannot be understood.
 *
 * @module
 */
import path from 'node:path'
import type {Log} from '../../base/log.ts'

/** A file whose content is damaged, or that cannot be read. */
export interface DamagedFile {
  readonly file: string
  /** Where its content is kept; absent while nobody has written to the file. */
  readonly copy?: string
  /** The system does not let this user read it, so it cannot be kept and is not written to. */
  readonly isUnreadable?: true
}

/** Told of each damaged file that is found. */
export type DamageListener = (damage: DamagedFile) => void

/** Tells the log once, without the path, in which a user may be named. */
export function createDamageListener(log: Log, listener?: DamageListener): DamageListener {
  const told = new Set<string>()
  return (damage) => {
    const {file, copy = ''} = damage
    listener?.(damage)
    if (told.has(file + copy)) return
    told.add(file + copy)
    log.warn('A file of the accounts is damaged', {
      file: path.basename(file),
      ...(copy && {copy: path.basename(copy)}),
    })
  }
}
