/**
 * Changes of what is kept.
 *
 * @module
 */
import {toWindowLabel} from '../../accounts/usage/usage.ts'
import type {GoOn, Reserve, Rules} from './rules.ts'

/** Keeps something of a window, in place of what was kept of it before. */
export function withReserve(rules: Rules, reserve: Reserve): Rules {
  const {accountId, windowSeconds} = reserve
  return {...rules, reserves: [...withoutReserves(rules, accountId, windowSeconds), reserve]}
}

/**
 * The reserves without those of an account.
 *
 * @param windowSeconds Only of the window of this length. Default: of all.
 */
export function withoutReserves(
  {reserves}: Pick<Rules, 'reserves'>,
  accountId: string,
  windowSeconds?: number,
): readonly Reserve[] {
  return reserves.filter(
    (one) =>
      one.accountId !== accountId ||
      (windowSeconds !== undefined &&
        toWindowLabel(one.windowSeconds) !== toWindowLabel(windowSeconds)),
  )
}

/** Lets nothing of an account be kept for a while. */
export function withGoOn(rules: Rules, goOn: GoOn, nowMs: number): Rules {
  const others = rules.goOn.filter(
    ({accountId, untilMs}) => accountId !== goOn.accountId && untilMs > nowMs,
  )
  return {...rules, goOn: goOn.untilMs > nowMs ? [...others, goOn] : others}
}
