/**
 * The declaration of `cao gateway status`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../../action.ts'
import type {GatewayStatusOptions} from './gateway-status.ts'

/** Adds the command to those of the gateway. */
export function declareGatewayStatus(gateway: Command, run: Run): void {
  gateway
    .command('status')
    .description('what the running gateway does, and which accounts can answer')
    .option('--json', 'as JSON')
    .action((options: GatewayStatusOptions, command: Command) =>
      run(command, async (cli) =>
        (await import('./gateway-status.ts')).showGatewayStatus(cli, options),
      ),
    )
}
