/**
 * How much of an account may still be used.
 *
 * @module
 */
import type {UsageCeiling} from './account-preferences.ts'

/** What is known about an account's usage, as far as a choice needs it. */
export interface KnownUsage {
  readonly windows: readonly KnownWindow[]
  /** Credits go on where the windows end. */
  readonly credits?: {readonly hasCredits: boolean; readonly unlimited: boolean} | undefined
}

/** One window of it. */
export interface KnownWindow {
  /** `codex`, or the name of an additional limit, which is for some models only. */
  readonly limit: string
  readonly windowSeconds: number
  /** 0 to 100. */
  readonly usedPercent: number
  /** Milliseconds since the Unix epoch; `undefined` when the window has not started. */
  readonly resetsAtMs?: number | undefined
  /** When the backend said so (milliseconds since the Unix epoch). */
  readonly takenAtMs: number
}

/** A ceiling that is reached. */
export interface ReachedCeiling extends UsageCeiling {
  readonly usedPercent: number
  /** When the window resets (milliseconds since the Unix epoch). */
  readonly untilMs: number
}

/** What every model uses; additional limits say nothing about most requests. */
const MAIN_LIMIT = 'codex'

/** What the fullest window has left, 0 to 100; `undefined` when nothing is known. */
export function toLeftPercent(usage: KnownUsage | undefined, nowMs: number): number | undefined {
  const windows = (usage?.windows ?? []).filter(({limit}) => limit === MAIN_LIMIT)
  if (windows.length === 0) return undefined
  return 100 - Math.max(...windows.map((window) => toUsedPercent(window, nowMs)))
}

/** When the account's usage was read last (milliseconds since the Unix epoch); 0 when never. */
export function toTakenAtMs(usage: KnownUsage | undefined): number {
  return Math.max(0, ...(usage?.windows ?? []).map(({takenAtMs}) => takenAtMs))
}

/**
 * Until when the account is out of quota, by usage that was read after its last answer.
 *
 * @param answeredAtMs When it answered last; an answer is newer news than an earlier reading.
 */
export function findExhaustion(
  usage: KnownUsage | undefined,
  {answeredAtMs, nowMs}: {readonly answeredAtMs: number; readonly nowMs: number},
): number | undefined {
  if (!usage || usage.credits?.hasCredits || usage.credits?.unlimited) return undefined
  const resets = usage.windows.flatMap((window) =>
    window.limit === MAIN_LIMIT &&
    window.takenAtMs > answeredAtMs &&
    toUsedPercent(window, nowMs) >= 100
      ? [window.resetsAtMs ?? 0]
      : [],
  )
  return resets.length === 0 ? undefined : Math.max(...resets)
}

/** The ceiling that is reached; the one for longest, if there are several. */
export function findReachedCeiling(
  usage: KnownUsage | undefined,
  ceilings: readonly UsageCeiling[],
  nowMs: number,
): ReachedCeiling | undefined {
  const reached = ceilings.flatMap((ceiling) => {
    const window = usage?.windows.find(
      ({limit, windowSeconds}) =>
        limit === ceiling.limit && windowSeconds === ceiling.windowSeconds,
    )
    const usedPercent = window ? toUsedPercent(window, nowMs) : 0
    if (!window?.resetsAtMs || usedPercent < ceiling.maxUsedPercent) return []
    return [{...ceiling, usedPercent, untilMs: window.resetsAtMs}]
  })
  return reached.toSorted((one, other) => other.untilMs - one.untilMs)[0]
}

/** A window that has not started, or has reset since, is empty. */
function toUsedPercent({resetsAtMs = 0, usedPercent}: KnownWindow, nowMs: number): number {
  return resetsAtMs > nowMs ? usedPercent : 0
}
