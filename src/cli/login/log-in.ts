/**
 * Signing in to an account.
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import type {AddOptions} from '../commands/add.ts'

/** Signs in, and puts the login into the folder. */
export async function logIn(
  {io}: Cli,
  _options: AddOptions & {readonly name: string; readonly home: string},
): Promise<number> {
  io.out('Starting OAuth login...')
  return 1
}
