/**
 * The declaration of `cao use`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'

/** Adds the command to the program. */
export function declareUse(program: Command, run: Run): void {
  program
    .command('use <name>')
    .description('set the default account')
    .action((name: string, _, command: Command) =>
      run(command, async (cli) => (await import('./use.ts')).use(cli, name)),
    )
}
