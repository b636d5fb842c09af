/**
 * The declaration of `cao gateway enable` and `cao gateway disable`.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../../action.ts'
import type {EnableOptions} from './enable-gateway.ts'

/** Adds the commands to those of the gateway. */
export function declareGatewayRouting(gateway: Command, run: Run): void {
  gateway
    .command('enable')
    .description('make Codex use the gateway: two settings in its config.toml, and a shim')
    .option('--base-url <url>', 'address of the gateway (default: http://127.0.0.1:4319)')
    .action((options: EnableOptions, command: Command) =>
      run(command, async (cli) => {
        const {enableGateway} = await import('./enable-gateway.ts')
        return enableGateway(cli, options)
      }),
    )
  gateway
    .command('disable')
    .description('take back what enable did')
    .action((_options: object, command: Command) =>
      run(command, async (cli) => {
        const {disableGateway} = await import('./enable-gateway.ts')
        return disableGateway(cli)
      }),
    )
}
