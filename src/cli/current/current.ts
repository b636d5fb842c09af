/**
 * `cao current`
 *
 * @module
 */
import type {Cli} from '../cli.ts'

/** Prints the name of the default account. */
export async function current({directories, io}: Cli): Promise<void> {
  const folder = (await directories.folders()).find(({isDefault}) => isDefault)
  io.out(folder?.name ?? 'No default account set.')
}
