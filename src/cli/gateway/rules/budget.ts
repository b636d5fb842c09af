/**
 * `cao gateway budget`
 *
 * @module
 */
import {withoutUndefined} from '../../../base/without-undefined.ts'
import type {Budget} from '../../../gateway/rules/rules.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {openRules} from './open-rules.ts'

/** How much an owner of client keys may use. */
export type BudgetCommand =
  | {readonly kind: 'list-budgets'}
  | {readonly kind: 'remove-budget'; readonly owner: string}
  | (Budget & {readonly kind: 'set-budget'})

/** Does it. */
export async function changeBudgets(cli: Cli, command: BudgetCommand): Promise<number> {
  const {io} = cli
  const {budgets} = await openRules(cli).read()
  if (command.kind === 'list-budgets') {
    for (const budget of budgets) io.out(describeBudget(budget))
    if (budgets.length === 0) {
      io.out(
        'Nobody has a budget. For example: cao gateway budget set ada --per week --requests 500',
      )
    }
    return 0
  }
  const {owner} = command
  if (command.kind === 'remove-budget') {
    if (!budgets.some((budget) => budget.owner === owner)) {
      throw new CommandError(`${owner} has no budget.`)
    }
    await change(cli, (before) => before.filter((budget) => budget.owner !== owner))
    io.out(`Budget removed: ${owner}`)
    return 0
  }
  const {per, requests, tokens} = command
  const budget: Budget = withoutUndefined({owner, per, requests, tokens})
  if (budget.requests === undefined && budget.tokens === undefined) {
    throw new CommandError('Say how much may be used with --requests or --tokens.')
  }
  await change(cli, (before) => [
    ...before.filter((one) => one.owner !== owner || one.per !== budget.per),
    budget,
  ])
  io.out(describeBudget(budget))
  return 0
}

async function change(
  cli: Cli,
  toBudgets: (before: readonly Budget[]) => readonly Budget[],
): Promise<void> {
  await openRules(cli).change((rules) => ({...rules, budgets: toBudgets(rules.budgets)}))
}

function describeBudget({owner, per, requests, tokens}: Budget): string {
  const parts = [
    ...(requests === undefined ? [] : [`${requests} requests`]),
    ...(tokens === undefined ? [] : [`${tokens} tokens`]),
  ]
  return `${owner} may use ${parts.join(' and ')} a ${per}, with all keys together`
}
