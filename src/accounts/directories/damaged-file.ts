/**
 * Telling of files that cannot be understood.
 *
 * @module
 */
import path from 'node:path'
import type {Log} from '../../http/log.ts'

/** A file whose content is damaged. */
export interface DamagedFile {
  readonly file: string
  /** Where its content is kept; absent while nobody has written to the file. */
  readonly copy?: string
}

/** Told of each damaged file that is found. */
export type DamageListener = (damage: DamagedFile) => void

/** Tells the log, without the path, in which a person may be named. */
export function createDamageListener(log: Log, listener?: DamageListener): DamageListener {
  return (damage) => {
    log.warn('A file of the accounts is damaged', {
      file: path.basename(damage.file),
      ...(damage.copy !== undefined && {copy: path.basename(damage.copy)}),
    })
    listener?.(damage)
  }
}
