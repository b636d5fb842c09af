/**
 * The declaration of `cao gateway logs`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../../action.ts'
import {createRangeOption} from '../gateway-option.ts'
import type {LogsOptions} from './show-logs.ts'

/** Adds the command to those of the gateway. */
export function declareGatewayLogs(gateway: Command, run: Run): void {
  gateway
    .command('logs')
    .description('show what the gateway did: no tokens, no texts of conversations')
    .addOption(
      createRangeOption('-n, --lines <n>', 'how many lines of the end (default: 50)', [1, 100_000]),
    )
    .option('-f, --follow', 'show new lines as they come, until Ctrl-C')
    .option('--json', 'as they are in the file')
    .action((options: LogsOptions, command: Command) =>
      run(command, async (cli) => (await import('./show-logs.ts')).showLogs(cli, options)),
    )
}
