/**
 * The declaration of `cao current`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'

/** Adds the command to the program. */
export function declareCurrent(program: Command, run: Run): void {
  program
    .command('current')
    .description('print the default account')
    .action((_, command: Command) =>
      run(command, async (cli) => (await import('./current.ts')).current(cli)),
    )
}
