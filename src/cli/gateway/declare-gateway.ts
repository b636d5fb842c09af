/**
 * The declaration of `cao gateway`, which says that this version has no gateway.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import {NO_GATEWAY} from '../messages.ts'
import type {EnableOptions} from './routing/enable-gateway.ts'

const COMMANDS = ['start', 'status'] as const

/** Adds the command, and those below it, to the program. They take any option. */
export function declareGateway(program: Command, run: Run): void {
  const gateway = program.command('gateway').description('(not yet) one address for all accounts')
  for (const name of COMMANDS) {
    gateway
      .command(`${name} [options...]`)
      .description('not part of this version yet')
      .allowUnknownOption()
      .action((_args, _options, command: Command) =>
        run(command, async ({io}) => {
          io.err(NO_GATEWAY)
          return 1
        }),
      )
  }
  declareRouting(gateway, run)
}

function declareRouting(gateway: Command, run: Run): void {
  gateway
    .command('enable')
    .description('lead Codex to the gateway: two settings in its config.toml, and a shim')
    .option('--base-url <url>', 'address of the gateway (default: http://127.0.0.1:4319)')
    .action((options: EnableOptions, command: Command) =>
      run(command, async (cli) => {
        const {enableGateway} = await import('./routing/enable-gateway.ts')
        return enableGateway(cli, options)
      }),
    )
  gateway
    .command('disable')
    .description('take back what enable did')
    .action((_options: object, command: Command) =>
      run(command, async (cli) => {
        const {disableGateway} = await import('./routing/enable-gateway.ts')
        return disableGateway(cli)
      }),
    )
}
