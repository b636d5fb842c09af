/**
 * How much of an account may still be used.
 *
 * @module
 */
import type {UsageCeiling} from '../account-preferences.ts'
import {CODEX_LIMIT, toTightestWindow, toUsageAt, toWindowAt, type Usage} from './usage.ts'

/** A ceiling that is reached. */
export interface ReachedCeiling extends UsageCeiling {
  readonly usedPercent: number
  /** When the window resets (milliseconds since the Unix epoch). */
  readonly untilMs: number
}

/**
 * What the fullest window has left, 0 to 100; `undefined` when nothing is known. Limits for single
 * models say nothing about most requests.
 */
export function toLeftPercent(usage: Usage | undefined, nowMs: number): number | undefined {
  const tightest = usage && toTightestWindow(toUsageAt(usage, nowMs))
  return tightest?.limit === CODEX_LIMIT ? 100 - tightest.usedPercent : undefined
}

/** The ceiling that is reached; the one for longest, if there are several. */
export function findReachedCeiling(
  usage: Usage | undefined,
  ceilings: readonly UsageCeiling[],
  nowMs: number,
): ReachedCeiling | undefined {
  const reached = ceilings.flatMap((ceiling) => {
    const found = usage?.windows.find(
      ({limit, windowSeconds}) =>
        limit === ceiling.limit && windowSeconds === ceiling.windowSeconds,
    )
    if (!found) return []
    const {resetsAtMs, takenAtMs, usedPercent} = toWindowAt(found, nowMs)
    if (usedPercent < ceiling.maxUsedPercent) return []
    // Without a reset, it is empty again after its whole length at the latest.
    const untilMs = resetsAtMs ?? takenAtMs + ceiling.windowSeconds * 1000
    return [{...ceiling, usedPercent, untilMs}]
  })
  return reached.toSorted((one, other) => other.untilMs - one.untilMs)[0]
}
