/**
 * The client keys of the folder of the accounts.
 *
 * @module
 */
import {createDamageListener} from '../../../accounts/directories/damaged-file.ts'
import {KeyFile} from '../../../gateway/keys/key-file.ts'
import type {Cli} from '../../cli.ts'

/** Opens the file of the keys. Nothing is read yet. */
export function openKeyFile({directories, log, now}: Pick<Cli, 'directories' | 'log' | 'now'>) {
  return new KeyFile({base: directories.base, now, onDamage: createDamageListener(log)})
}
