/**
 * The declaration of `cao gateway keys`.
 *
 * @module
 */
import {Option, type Command} from 'commander'
import {KEY_SCOPES} from '../../../gateway/keys/client-key.ts'
import type {Run} from '../../action.ts'
import {createNumberOption} from '../../number-option.ts'
import type {AddKeyOptions} from './keys.ts'

const EXAMPLES = `
Examples:
  $ cao gateway keys add laptop
  $ cao gateway keys add nightly --class background --models gpt-5.5 --expires-in-days 30
  $ cao gateway keys revoke nightly
`

/** Adds the commands to those of the gateway. */
export function declareGatewayKeys(gateway: Command, run: Run): void {
  const keys = gateway
    .command('keys')
    .description('keys for the clients of the gateway')
    .addHelpText('after', EXAMPLES)
  keys
    .command('add <name>')
    .description('make a key, which is shown once')
    .addOption(
      new Option('--class <class>', 'interactive, or background for what can wait')
        .choices(['interactive', 'background'])
        .default('interactive'),
    )
    .option('--models <list>', 'the models that it may ask for, with commas (default: all)')
    .option(
      '--scopes <list>',
      `what it is good for: ${KEY_SCOPES.join(', ')} (default: answers,images)`,
    )
    .addOption(createNumberOption('--expires-in-days <n>', 'when it ends (default: never)'))
    .action((name: string, options: AddKeyOptions, command: Command) =>
      run(command, async (cli) => (await import('./keys.ts')).addKey(cli, name, options)),
    )
  keys
    .command('list')
    .description('the keys, without their secrets')
    .option('--json', 'as JSON')
    .action((options: {readonly json?: boolean}, command: Command) =>
      run(command, async (cli) => (await import('./keys.ts')).listKeys(cli, options)),
    )
  keys
    .command('revoke <name-or-id>')
    .description('revoke a key, also for a gateway that is running')
    .action((named: string, _options: object, command: Command) =>
      run(command, async (cli) => (await import('./keys.ts')).revokeKey(cli, named)),
    )
}
