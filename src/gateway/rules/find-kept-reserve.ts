/**
 * What of an account is kept from a request.
 *
 * @module
 */
import type {KeptReserve} from '../../accounts/choice/account-verdict.ts'
import {
  CODEX_LIMIT,
  toWindowAt,
  toWindowEndMs,
  toWindowLabel,
  type Usage,
  type UsageWindow,
} from '../../accounts/usage/usage.ts'
import type {Reserve, Rules} from './rules.ts'

/** How much of a window may always be used however early it is, 0 to 100: an even pace begins at nothing. */
const LEAD_PERCENT = 5

/** Who asks, and whom. */
export interface ReserveQuestion {
  readonly accountId: string
  /** Whether the client is one that can wait. */
  readonly isBackground: boolean
  /** Of the account, as it is now; `undefined` when nothing is known, which holds nobody up. */
  readonly usage: Usage | undefined
  readonly nowMs: number
}

/** The reserve that keeps the request from the account; the one for longest, if there are several. */
export function findKeptReserve(
  {goOn, reserves}: Pick<Rules, 'goOn' | 'reserves'>,
  {accountId, isBackground, usage, nowMs}: ReserveQuestion,
): KeptReserve | undefined {
  if (goOn.some((one) => one.accountId === accountId && one.untilMs > nowMs)) return undefined
  const kept = reserves
    .filter((reserve) => reserve.accountId === accountId)
    .filter(({from}) => isBackground || from === 'everybody')
    .flatMap((reserve) => {
      const window = usage?.windows.find((one) => isOf(one, reserve))
      return window ? toKept(reserve, toWindowAt(window, nowMs), nowMs) : []
    })
  return kept.toSorted((one, other) => other.untilMs - one.untilMs)[0]
}

/** Months have no length of their own, so windows are compared by what users call them. */
function isOf({limit, windowSeconds}: UsageWindow, reserve: Reserve): boolean {
  return (
    limit === CODEX_LIMIT && toWindowLabel(windowSeconds) === toWindowLabel(reserve.windowSeconds)
  )
}

function toKept(
  {isPaced, keepPercent}: Reserve,
  window: UsageWindow,
  nowMs: number,
): readonly KeptReserve[] {
  const {limit, resetsAtMs, usedPercent, windowSeconds} = window
  const most = 100 - keepPercent
  const facts = {limit, windowSeconds, usedPercent}
  if (keepPercent > 0 && usedPercent >= most) {
    const untilMs = toWindowEndMs(window) ?? nowMs
    return [{...facts, mayUsePercent: most, isPace: false, untilMs}]
  }
  if (!isPaced || resetsAtMs === undefined || most <= 0) return []
  const lengthMs = windowSeconds * 1000
  const startMs = resetsAtMs - lengthMs
  const even = (most * (nowMs - startMs)) / lengthMs
  const mayUsePercent = Math.min(most, Math.max(LEAD_PERCENT, even))
  if (usedPercent < mayUsePercent) return []
  // A moment later than its share of the window has passed, when it may be used again.
  const untilMs = Math.min(resetsAtMs, Math.ceil(startMs + (usedPercent / most) * lengthMs) + 1)
  return [{...facts, mayUsePercent, isPace: true, untilMs}]
}
