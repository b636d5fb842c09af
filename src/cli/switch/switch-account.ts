/**
 * `cao switch [name]`
 *
 * @module
 */
import type {Cli} from '../cli.ts'
import {NO_ACCOUNTS} from '../messages.ts'
import {use} from '../use/use.ts'

/** Makes an account the default: the named one, or the one that the user chooses. */
export async function switchAccount(cli: Cli, text: string | undefined): Promise<void> {
  if (text !== undefined) return use(cli, text)
  const {directories, io} = cli
  const folders = await directories.folders()
  if (folders.length === 0) {
    io.out(NO_ACCOUNTS)
    return undefined
  }
  if (!io.canAsk) {
    io.err('No TTY available. Please provide an account name.')
    return undefined
  }
  const {chooseName} = await import('../prompts.ts')
  const name = await chooseName(folders, io)
  if (name !== undefined) return use(cli, name)
  io.out('No account selected.')
  return undefined
}
