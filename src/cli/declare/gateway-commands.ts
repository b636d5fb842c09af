/**
 * `cao gateway …`, as far as this version has it.
 *
 * @module
 */
import type {Command} from 'commander'

const COMMANDS = ['start', 'status', 'enable', 'disable'] as const

/** Adds the commands. Their options are not looked at. */
export function addGatewayCommands(
  program: Command,
  explain: (command: Command) => Promise<void>,
): void {
  const gateway = program.command('gateway').description('(not yet) one address for all accounts')
  for (const name of COMMANDS) {
    gateway
      .command(`${name} [options...]`)
      .description('not part of this version yet')
      .allowUnknownOption()
      .action((_args, _options, command: Command) => explain(command))
  }
}
