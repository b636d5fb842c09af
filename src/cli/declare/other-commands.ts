/**
 * `import` and `completion`
 *
 * @module
 */
import {Argument, type Command} from 'commander'
import type {Shell} from '../commands/completion.ts'
import type {ImportOptions} from '../commands/import-codex-auth.ts'
import type {ImportLoginsOptions} from '../commands/import-logins.ts'
import type {Run} from './action.ts'

/** Adds them. */
export function addOtherCommands(program: Command, run: Run): void {
  const imports = program
    .command('import')
    .argument('[path]', 'a file, or a folder of files, of any known tool')
    .description('take over logins of other tools, or refresh tokens')
    .option('--overwrite', 'replace logins that are there')
    .action((source: string | undefined, options: ImportLoginsOptions, command: Command) =>
      run(command, async (cli) => {
        if (source === undefined) return command.help()
        return (await import('../commands/import-logins.ts')).importLogins(cli, source, options)
      }),
    )
  imports
    .command('codex-auth')
    .description('take over the logins of codex-auth')
    .option('--source <dir>', 'folder of the snapshots (default: ~/.codex/accounts)')
    .option('--overwrite', 'replace logins that are there')
    .option('--current <name>', 'the account that codex-auth uses now')
    .option('--default <name>', 'the account that is to be the default')
    .action((_: ImportOptions, command: Command) =>
      run(command, async (cli) => {
        // `--overwrite` may have been read as an option of `import`.
        const options = command.optsWithGlobals<ImportOptions>()
        return (await import('../commands/import-codex-auth.ts')).importCodexAuth(cli, options)
      }),
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
