/**
 * Warning once, however many windows are open: each of them learns what is left of the limits, and the
 * first one says it. What was said is in a file, because the editor's storage has no way to look and
 * write in one step.
 *
 * @module
 */
import path from 'node:path'
import {createUsageWarnings} from '../../../accounts/usage/usage-warnings.ts'
import type {ClaimWarnings} from '../../../accounts/usage/warn-of-limits.ts'
import {withFileLock} from '../../../files/file-lock.ts'
import {createPrivateFolder} from '../../../files/private-folder.ts'
import {readText} from '../../../files/read-file.ts'
import {writeFile} from '../../../files/write-file.ts'

/** Where windows tell each other what was said. */
export interface WarningClaimOptions {
  /** Folder that all windows share. */
  readonly folder: string
  /** Percent left at which to warn; read each time. */
  readonly thresholds: () => readonly number[]
}

/**
 * Creates what one window asks before it warns.
 *
 * @returns It rejects with a {@link StorageError} where the file cannot be locked or written.
 */
export function createWarningClaim({folder, thresholds}: WarningClaimOptions): ClaimWarnings {
  const file = path.join(folder, 'warnings.json')
  return async (accountId, usage) => {
    await createPrivateFolder(folder)
    const notice = async () => {
      const said = createUsageWarnings({thresholds})
      said.import(await readText(file, {isOurs: true}))
      const warnings = said.notice(accountId, usage)
      if (warnings.length > 0) await writeFile(file, said.export())
      return warnings
    }
    return withFileLock(path.join(folder, 'warnings.lock'), notice, {isOurs: true})
  }
}
