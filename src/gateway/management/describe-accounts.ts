/**
 * The accounts as the dashboard shows them.
 *
 * @module
 */
import {toPlanName} from '../../accounts/plan-name.ts'
import {findBlock, type KnownAccount} from '../../accounts/choice/describe-account.ts'
import {toVerdictText, type UnusableVerdict} from '../../accounts/choice/account-verdict.ts'
import {canPay, CODEX_LIMIT, toUsageAt, toWindowLabel} from '../../accounts/usage/usage.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {Engine} from '../../engine/create-engine.ts'
import {listKnownAccounts} from '../../engine/known-accounts.ts'
import type {Reserve, Rules} from '../rules/rules.ts'
import type {PageAccount, PageReserve, PageWindow} from './page-state.ts'

/** What is asked about the accounts. */
export interface DescribeAccountsOptions {
  readonly engine: Pick<Engine, 'backend' | 'memory' | 'store'>
  /** How the user calls an account; its id is given. */
  readonly toName: (accountId: string) => string
  /** What is kept of them. */
  readonly rules: Pick<Rules, 'goOn' | 'reserves'>
}

/** Describes every account, in the order of the store. */
export async function describeAccounts({
  engine,
  rules,
  toName,
}: DescribeAccountsOptions): Promise<readonly PageAccount[]> {
  const nowMs = engine.backend.now()
  const preferredId = engine.memory.preferences.preferredId()
  return (await listKnownAccounts(engine)).map((known) => {
    const {account, preference, usage} = known
    const block = findBlock(known, nowMs)
    const isOf = ({accountId}: {readonly accountId: string}) => accountId === account.id
    const goOn = rules.goOn.find((one) => isOf(one) && one.untilMs > nowMs)
    return withoutUndefined({
      id: account.id,
      name: toName(account.id),
      email: account.email,
      plan: account.plan === undefined ? undefined : toPlanName(account.plan),
      state: toState(block),
      why: block && toVerdictText(block),
      untilMs: block && 'untilMs' in block ? block.untilMs : undefined,
      isPreferred: account.id === preferredId,
      priority: preference.priority,
      windows: toWindows(known, rules.reserves.filter(isOf), nowMs),
      hasCredits: usage !== undefined && canPay(usage.credits, usage.spendControl),
      takenAtMs: usage?.takenAtMs,
      goOnUntilMs: goOn?.untilMs,
    })
  })
}

function toState(block: UnusableVerdict | undefined): PageAccount['state'] {
  if (!block) return 'ready'
  if (block.kind === 'login-required') return 'login-needed'
  return block.kind === 'paused' ? 'paused' : 'resting'
}

function toWindows(
  {preference, usage}: KnownAccount,
  reserves: readonly Reserve[],
  nowMs: number,
): readonly PageWindow[] {
  const windows = usage ? toUsageAt(usage, nowMs).windows : []
  return windows.map(({limit, resetsAtMs, usedPercent, windowSeconds}) => ({
    limit,
    label: toWindowLabel(windowSeconds),
    windowSeconds,
    usedPercent,
    resetsAtMs,
    ceilingPercent: preference.ceilings.find(
      (ceiling) => ceiling.limit === limit && ceiling.windowSeconds === windowSeconds,
    )?.maxUsedPercent,
    reserve: limit === CODEX_LIMIT ? toReserve(reserves, windowSeconds) : undefined,
  }))
}

function toReserve(reserves: readonly Reserve[], windowSeconds: number): PageReserve | undefined {
  // Months have no length of their own, so windows are compared by what users call them.
  const label = toWindowLabel(windowSeconds)
  const found = reserves.find((one) => toWindowLabel(one.windowSeconds) === label)
  return found && {keepPercent: found.keepPercent, isPaced: found.isPaced, from: found.from}
}
