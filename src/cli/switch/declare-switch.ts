/**
 * The declaration of `cao switch`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'

/** Adds the command to the program. */
export function declareSwitch(program: Command, run: Run): void {
  program
    .command('switch [name]')
    .description('choose the default account')
    .action((name: string | undefined, _, command: Command) =>
      run(command, async (cli) => (await import('./switch-account.ts')).switchAccount(cli, name)),
    )
}
