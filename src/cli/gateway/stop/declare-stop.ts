/**
 * The declaration of `cao gateway stop`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../../action.ts'

/** Adds the command to those of the gateway. */
export function declareGatewayStop(gateway: Command, run: Run): void {
  gateway
    .command('stop')
    .description('stop the running gateway, once the answers under way are sent (10 s at most)')
    .action((_options: object, command: Command) =>
      run(command, async (cli) => (await import('./stop-gateway.ts')).stopGateway(cli)),
    )
}
