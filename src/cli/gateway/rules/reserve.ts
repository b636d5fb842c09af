/**
 * `cao gateway reserve`
 *
 * @module
 */
import {toLocalTime} from '../../../base/local-time.ts'
import {toWindowLabel, type Usage} from '../../../accounts/usage/usage.ts'
import {withGoOn, withoutReserves, withReserve} from '../../../gateway/rules/change-reserves.ts'
import {findKeptReserve} from '../../../gateway/rules/find-kept-reserve.ts'
import type {Reserve, Rules} from '../../../gateway/rules/rules.ts'
import {readUsage} from '../../accounts/usage-file.ts'
import type {Cli} from '../../cli.ts'
import {CommandError} from '../../report-error.ts'
import {findNamedAccount, listNamedAccounts, openRules} from './open-rules.ts'

/** A change of what is kept. */
export type ReserveCommand =
  | {readonly kind: 'go-on'; readonly account: string; readonly hours: number}
  | {
      readonly kind: 'remove-reserve'
      readonly account: string
      readonly windowSeconds: number | undefined
    }
  | (Omit<Reserve, 'accountId'> & {readonly kind: 'set-reserve'; readonly account: string})

const HOUR_MS = 3_600_000

/** Makes the change, and says what counts from now on. */
export async function changeReserve(cli: Cli, command: ReserveCommand): Promise<number> {
  const {io, now} = cli
  const {id, name} = await findNamedAccount(cli, command.account)
  if (command.kind === 'go-on') {
    const untilMs = Math.round(now() + command.hours * HOUR_MS)
    await openRules(cli).change((rules) => withGoOn(rules, {accountId: id, untilMs}, now()))
    io.out(
      `Nothing of ${name} is kept until ${toLocalTime(untilMs)}. After that, its reserves count again.`,
    )
    return 0
  }
  if (command.kind === 'remove-reserve')
    return removeReserve(cli, {id, name}, command.windowSeconds)
  const {from, isPaced, keepPercent, windowSeconds} = command
  if (keepPercent === 0 && !isPaced) {
    throw new CommandError(
      'Say how much is kept with --keep, or that use is held to a pace with --pace.',
    )
  }
  const reserve: Reserve = {accountId: id, windowSeconds, keepPercent, isPaced, from}
  await openRules(cli).change((rules) => withReserve(rules, reserve))
  io.out(`${name}: ${describeReserve(reserve)}`)
  return 0
}

async function removeReserve(
  cli: Cli,
  {id, name}: {readonly id: string; readonly name: string},
  windowSeconds: number | undefined,
): Promise<number> {
  const before = await openRules(cli).read()
  const reserves = withoutReserves(before, id, windowSeconds)
  if (reserves.length === before.reserves.length) {
    throw new CommandError(`Nothing of ${name} is kept.`, {
      hint: 'Run `cao gateway reserve list` to see what is.',
    })
  }
  await openRules(cli).change((rules) => ({
    ...rules,
    reserves: withoutReserves(rules, id, windowSeconds),
  }))
  cli.io.out(`Reserve removed: ${name}`)
  return 0
}

/** Shows every reserve, and whether it holds requests up now. */
export async function listReserves(cli: Cli): Promise<number> {
  const {io, now} = cli
  const [rules, accounts, usages] = await Promise.all([
    openRules(cli).read(),
    listNamedAccounts(cli),
    readUsage(cli),
  ])
  if (rules.reserves.length === 0) {
    io.out('Nothing is kept. For example: cao gateway reserve set <account> --keep 20')
  }
  for (const reserve of rules.reserves) {
    const {accountId} = reserve
    const name =
      accounts.find(({id}) => id === accountId)?.name ?? `${accountId.slice(0, 8)} (gone)`
    io.out(
      `${name}: ${describeReserve(reserve)}${describeNow(rules, reserve, {usage: usages.get(accountId), nowMs: now()})}`,
    )
  }
  return 0
}

/** For example `20 % of the weekly limit is kept from background requests`. */
function describeReserve({from, isPaced, keepPercent, windowSeconds}: Reserve): string {
  const whose = from === 'everybody' ? 'every request' : 'background requests'
  const window = `the ${toWindowLabel(windowSeconds)} limit`
  const kept = keepPercent > 0 ? [`${keepPercent} % of ${window} is kept from ${whose}`] : []
  const pace = isPaced ? [`${whose} are held to an even pace through ${window}`] : []
  return [...kept, ...pace].join('; ').replace('every request are', 'all requests are')
}

function describeNow(
  rules: Rules,
  reserve: Reserve,
  {nowMs, usage}: {readonly nowMs: number; readonly usage: Usage | undefined},
): string {
  const goOn = rules.goOn.find(({accountId}) => accountId === reserve.accountId)
  if (goOn && goOn.untilMs > nowMs) return ` (not now: go on until ${toLocalTime(goOn.untilMs)})`
  const question = {accountId: reserve.accountId, isBackground: true, usage, nowMs}
  const kept = findKeptReserve({reserves: [reserve], goOn: []}, question)
  if (!kept) return ''
  return ` (holds requests up until ${toLocalTime(kept.untilMs)}: ${Math.round(kept.usedPercent)} % is used)`
}
