/**
 * The declaration of `cao remove`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import type {RemoveOptions} from './remove.ts'

/** Adds the command to the program. */
export function declareRemove(program: Command, run: Run): void {
  program
    .command('remove <name>')
    .description('remove an account and its login')
    .option('--keep-files', 'leave the folder of the account')
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: RemoveOptions, command: Command) =>
      run(command, async (cli) => (await import('./remove.ts')).remove(cli, name, options)),
    )
}
