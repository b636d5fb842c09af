/**
 * The declaration of `cao import codex-auth`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import type {ImportOptions} from './import-codex-auth.ts'

/**
 * Adds the command.
 *
 * @param parent The command `cao import`.
 */
export function declareImportCodexAuth(parent: Command, run: Run): void {
  parent
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
        return (await import('./import-codex-auth.ts')).importCodexAuth(cli, options)
      }),
    )
}
