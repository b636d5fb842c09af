/**
 * The declaration of `cao completion`.
 *
 * @module
 */
import {Argument, type Command} from 'commander'
import type {Run} from '../action.ts'
import type {Shell} from './print-completion.ts'

/** Adds the command to the program. */
export function declareCompletion(program: Command, run: Run): void {
  program
    .command('completion')
    .description('print the completions for a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action((shell: Shell, _, command: Command) =>
      run(command, async ({io}) =>
        (await import('./print-completion.ts')).printCompletion(program, shell, io),
      ),
    )
}
