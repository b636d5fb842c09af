/**
 * `import` and `completion`
 *
 * @module
 */
import {Argument, type Command} from 'commander'
import type {Shell} from '../commands/completion.ts'
import type {ImportOptions} from '../commands/import-codex-auth.ts'
import type {Run} from './action.ts'

/** Adds them. */
export function addOtherCommands(program: Command, run: Run): void {
  program
    .command('import')
    .description('take over logins')
    .command('codex-auth')
    .description('take over the logins of codex-auth')
    .option('--source <dir>', 'folder of the snapshots (default: ~/.codex/accounts)')
    .option('--overwrite', 'replace logins that are there')
    .option('--current <name>', 'the account that codex-auth uses now')
    .option('--default <name>', 'the account that is to be the default')
    .action((options: ImportOptions, command: Command) =>
      run(command, async (cli) =>
        (await import('../commands/import-codex-auth.ts')).importCodexAuth(cli, options),
      ),
    )
  program
    .command('completion')
    .description('print the completions for a shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action((shell: Shell, _, command: Command) =>
      run(command, async ({io}) =>
        (await import('../commands/completion.ts')).printCompletion(program, shell, io),
      ),
    )
}
