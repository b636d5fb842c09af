/**
 * The declaration of `cao import <path>`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import type {ImportLoginsOptions} from './import-logins.ts'

/**
 * Adds the command to the program.
 *
 * @returns The command, for those below it.
 */
export function declareImport(program: Command, run: Run): Command {
  return program
    .command('import')
    .argument('[path]', 'a file, or a folder of files, of any known tool')
    .description('take over logins from other tools, or from refresh tokens')
    .option('--overwrite', 'replace logins that are there')
    .action((source: string | undefined, options: ImportLoginsOptions, command: Command) => {
      if (source === undefined) return command.help({error: true})
      return run(command, async (cli) =>
        (await import('./import-logins.ts')).importLogins(cli, source, options),
      )
    })
}
