/**
 * Changes what the user wants of the gateway, and says why an account answered. It is a part of `cao` that is a file of
 * its own. A gateway that runs notices each change.
 *
 * @module
 */
import type {Cli} from '../../cli.ts'
import {reportError} from '../../report-error.ts'
import {changeBudgets, type BudgetCommand} from './budget.ts'
import {changeReceivers, type NotifyCommand} from './notify.ts'
import {changeOverflow, type OverflowCommand} from './overflow.ts'
import {changeReserve, listReserves, type ReserveCommand} from './reserve.ts'
import {explainRequests, type WhyCommand} from './why.ts'

/** What is to be done. */
export type RuleCommand =
  | (BudgetCommand & {readonly topic: 'budget'})
  | (NotifyCommand & {readonly topic: 'notify'})
  | (OverflowCommand & {readonly topic: 'overflow'})
  | (ReserveCommand & {readonly topic: 'reserve'})
  | (WhyCommand & {readonly topic: 'why'})
  | {readonly topic: 'reserve'; readonly kind: 'list'}

/** Does it. Errors are reported here: this is a part with a copy of their classes. */
export async function runRuleCommand(cli: Cli, command: RuleCommand): Promise<number> {
  try {
    return await runCommand(cli, command)
  } catch (error) {
    reportError(error, cli.io, false)
    return 1
  }
}

function runCommand(cli: Cli, command: RuleCommand): Promise<number> {
  if (command.topic === 'budget') return changeBudgets(cli, command)
  if (command.topic === 'notify') return changeReceivers(cli, command)
  if (command.topic === 'overflow') return changeOverflow(cli, command)
  if (command.topic === 'why') return explainRequests(cli, command)
  return command.kind === 'list' ? listReserves(cli) : changeReserve(cli, command)
}
