/**
 * The declaration of `cao add`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import type {AddOptions} from './add.ts'

/** Adds the command to the program. */
export function declareAdd(program: Command, run: Run): void {
  program
    .command('add <name>')
    .description('add an account and log in')
    .option('--codex <path>', 'let this Codex CLI log in (default: cao does it itself)')
    .option('--no-login', 'only make the folder')
    .option('--device-auth', 'log in with a code, on any device')
    .option('--force', 'log in again, even where there is a login that works')
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (cli) => (await import('./add.ts')).add(cli, name, options)),
    )
}
