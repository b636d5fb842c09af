/**
 * The declaration of `cao gateway open`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../../action.ts'
import type {OpenOptions} from './open-dashboard.ts'

/** Adds the command to those of the gateway. */
export function declareGatewayOpen(gateway: Command, run: Run): void {
  gateway
    .command('open')
    .description('open the dashboard in a browser: accounts, requests, history')
    .option('--print', 'show its address, with the key, and open nothing')
    .action((options: OpenOptions, command: Command) =>
      run(command, async (cli) =>
        (await import('./open-dashboard.ts')).openDashboard(cli, options),
      ),
    )
}
