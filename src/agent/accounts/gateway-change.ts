/**
 * Which account the gateway has left for which one, while it answered.
 *
 * The gateway itself is asked: what it writes down for others may come long after its answer.
 *
 * @module
 */
import type {AgentGateway, GatewayAccount} from '../agent-options.ts'
import type {AccountChange} from './tell-of-change.ts'

/** @returns `undefined` when none has begun to rest, or nobody was there to go on. */
export async function findGatewayChange({
  accounts,
  ask,
}: Pick<AgentGateway, 'accounts' | 'ask'>): Promise<AccountChange | undefined> {
  const ready = new Set(accounts.filter(isReady).map(({name}) => name))
  // Where only one was left, no other can have taken over.
  if (ready.size < 2) return undefined
  const after = (await ask()) ?? []
  const from = after.find((one) => one.trouble !== undefined && ready.has(one.name))
  const to = after.find(isReady)
  if (from?.trouble === undefined || !to) return undefined
  return {from: from.name, to: to.name, code: from.trouble, untilMs: from.untilMs}
}

/** When the first account can answer again (milliseconds since the Unix epoch), as far as is known. */
export function findFirstBack(accounts: readonly GatewayAccount[]): number | undefined {
  const times = accounts.flatMap(({trouble, untilMs}) =>
    trouble === 'usage_limit' && untilMs !== undefined ? [untilMs] : [],
  )
  return times.length > 0 ? Math.min(...times) : undefined
}

function isReady(account: GatewayAccount): boolean {
  return account.isReady
}
