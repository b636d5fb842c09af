/**
 * The commands that change or name accounts.
 *
 * @module
 */
import type {Command} from 'commander'
import type {AddOptions} from '../commands/add.ts'
import type {RemoveOptions} from '../commands/remove.ts'
import type {Run} from './action.ts'

/** Adds them. */
export function addAccountCommands(program: Command, run: Run): void {
  program
    .command('add <name>')
    .description('add an account and sign in')
    .option('--codex <path>', 'let this Codex CLI do the login (default: cao does it itself)')
    .option('--no-login', 'only make the folder')
    .option('--device-auth', 'sign in with a code, on any device')
    .option('--force', 'sign in again, even where there is a login that works')
    .action((name: string, options: AddOptions, command: Command) =>
      run(command, async (cli) => (await import('../commands/add.ts')).add(cli, name, options)),
    )
  program
    .command('list')
    .description('list the accounts')
    .action((_, command: Command) =>
      run(command, async (cli) => (await import('../commands/list.ts')).list(cli)),
    )
  program
    .command('switch [name]')
    .description('choose the default account')
    .action((name: string | undefined, _, command: Command) =>
      run(command, async (cli) => (await import('../commands/switch.ts')).switchAccount(cli, name)),
    )
  program
    .command('current')
    .description('print the default account')
    .action((_, command: Command) =>
      run(command, async (cli) => (await import('../commands/current.ts')).current(cli)),
    )
  program
    .command('use <name>')
    .description('set the default account')
    .action((name: string, _, command: Command) =>
      run(command, async (cli) => (await import('../commands/use.ts')).use(cli, name)),
    )
  program
    .command('remove <name>')
    .description('remove an account and its login')
    .option('--keep-files', 'leave the folder of the account')
    .option('-y, --yes', 'do not ask')
    .action((name: string, options: RemoveOptions, command: Command) =>
      run(command, async (cli) =>
        (await import('../commands/remove.ts')).remove(cli, name, options),
      ),
    )
}
