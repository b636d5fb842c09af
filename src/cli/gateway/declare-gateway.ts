/**
 * The declaration of `cao gateway` and of the commands below it.
 *
 * @module
 */
import type {Command} from 'commander'
import type {Run} from '../action.ts'
import {declareGatewayKeys} from './keys/declare-keys.ts'
import {declareGatewayLogs} from './logs/declare-logs.ts'
import {declareGatewayOpen} from './open/declare-open.ts'
import {declareGatewayRules} from './rules/declare-rules.ts'
import {declareGatewayRouting} from './routing/declare-routing.ts'
import {declareGatewayStart} from './start/declare-start.ts'
import {declareGatewayStatus} from './status/declare-status.ts'
import {declareGatewayStop} from './stop/declare-stop.ts'

/** Adds the command, and those below it, to the program. */
export function declareGateway(program: Command, run: Run): void {
  const gateway = program
    .command('gateway')
    .description('one local address for all accounts, for Codex and any other client')
  declareGatewayStart(gateway, run)
  declareGatewayStatus(gateway, run)
  declareGatewayStop(gateway, run)
  declareGatewayOpen(gateway, run)
  declareGatewayLogs(gateway, run)
  declareGatewayRouting(gateway, run)
  declareGatewayKeys(gateway, run)
  declareGatewayRules(gateway, run)
}
