/**
 * The declaration of `cao gateway`, which says that this version has no gateway.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import {NO_GATEWAY} from '../messages.ts'
import {declareGatewayKeys} from './keys/declare-keys.ts'
import {declareGatewayRules} from './rules/declare-rules.ts'
import {declareGatewayRouting} from './routing/declare-routing.ts'

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
  declareGatewayRouting(gateway, run)
  declareGatewayKeys(gateway, run)
  declareGatewayRules(gateway, run)
}
