/**
 * The declaration of `cao list`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'

/** Adds the command to the program. */
export function declareList(program: Command, run: Run): void {
  program
    .command('list')
    .description('list the accounts')
    .action((_, command: Command) =>
      run(command, async (cli) => (await import('./list.ts')).list(cli)),
    )
}
