/**
 * Several readings of the same limits as one: which of two that differ is to be believed.
 *
 * @module
 */
import {withoutUndefined} from '../../base/without-undefined.ts'
import {
  CODEX_LIMIT,
  isFull,
  toFullUntilMs,
  toWindowAt,
  type LimitReached,
  type Usage,
  type UsageReading,
  type UsageWindow,
} from './usage.ts'

/**
 * For how long the answer to the question for the usage may lag behind what requests are told, in
 * milliseconds.
 *
 * @see {@link https://github.com/Soju06/codex-lb/issues/676}
 */
const LAG_MS = 60_000

/** How long an account rests, in milliseconds, when its limit is reached and nothing says when that resets. */
export const DEFAULT_REST_MS = 30 * 60_000

/** The most windows that are kept of an account; today's backend has six. */
const MAX_WINDOWS = 40

/** What is known after a reading. The newest one wins, unless it is older than it seems. */
export function mergeUsage(known: Usage | undefined, reading: UsageReading): Usage {
  const {credits, plan, resetCredits, spendControl} = reading
  const isNewest = known === undefined || reading.takenAtMs >= known.takenAtMs
  const {limitReached: reachedBefore, ...facts}: Usage = known ?? {windows: [], takenAtMs: 0}
  const told = withoutUndefined({credits, plan, resetCredits, spendControl})
  const windows = mergeWindows(facts.windows, reading)
  const limitReached = mergeReached(reachedBefore, reading, windows)
  return withoutUndefined({
    ...(isNewest ? {...facts, ...told} : {...told, ...facts}),
    windows,
    limitReached,
    takenAtMs: Math.max(facts.takenAtMs, reading.takenAtMs),
    checkedAtMs: toCheckedAt(facts.checkedAtMs, reading),
    checkedByUserAtMs: reading.isTrusted
      ? toCheckedAt(facts.checkedByUserAtMs, reading)
      : facts.checkedByUserAtMs,
  })
}

function toCheckedAt(before: number | undefined, reading: UsageReading): number | undefined {
  const {askedAtMs = reading.takenAtMs, limitReached, source, windows} = reading
  const isTold = limitReached !== undefined || windows.some(({limit}) => limit === CODEX_LIMIT)
  return source === 'usage' && isTold ? Math.max(before ?? 0, askedAtMs) : before
}

function mergeWindows(
  known: readonly UsageWindow[],
  reading: UsageReading,
): readonly UsageWindow[] {
  const told = reading.windows.map((window) => {
    const before = known.find((other) => isSameWindow(window, other))
    if (!before) return window
    const winner = isOutdone(reading, before, window) ? before : window
    return {...winner, ...toLimitName(before, window)}
  })
  const rest = known.filter(
    (window) =>
      !reading.windows.some((other) => isSameWindow(window, other)) && !isGone(window, reading),
  )
  return [...told, ...rest].slice(0, MAX_WINDOWS)
}

/** One source names the limit, another has only its id, and a third one has both. */
function isSameWindow(one: UsageWindow, other: UsageWindow): boolean {
  return one.windowSeconds === other.windowSeconds && isSameLimit(one, other)
}

function isSameLimit(one: UsageWindow, other: UsageWindow): boolean {
  return one.limit === other.limit || (one.limitId !== undefined && one.limitId === other.limitId)
}

function toLimitName(known: UsageWindow, {limit, limitId = known.limitId}: UsageWindow) {
  const isNamed = limit !== limitId || known.limit === limit
  return withoutUndefined({limit: isNamed ? limit : known.limit, limitId})
}

/** Only the source that lists every window says by its silence that there is one less. */
function isGone(window: UsageWindow, reading: UsageReading): boolean {
  return reading.source === 'usage' && !isNewer(window, reading)
}

/** Whether what is known of a window is to be believed rather than what is told now. */
function isOutdone(reading: UsageReading, known: UsageWindow, told: UsageWindow): boolean {
  if (isNewer(known, reading)) return true
  const isSpent = known.usedPercent >= 100 && toWindowAt(known, reading.takenAtMs) === known
  // Of two refusals of the same moment, the one that lasts longer.
  const isWeaker = told.usedPercent < 100 || (told.resetsAtMs ?? 0) < (known.resetsAtMs ?? 0)
  return isSpent && isWeaker && isUnderWay(known, reading)
}

/** Whether `known` came later, or from a request rather than from the question that lags behind. */
function isNewer(
  known: Pick<LimitReached, 'source' | 'takenAtMs'>,
  {isTrusted, source, takenAtMs}: UsageReading,
): boolean {
  if (known.takenAtMs > takenAtMs) return true
  const isLive = known.source !== 'usage' && source === 'usage' && isTrusted !== true
  return isLive && takenAtMs - known.takenAtMs < LAG_MS
}

/** Whether the reading answers a request that was sent before the quota ran out. */
function isUnderWay({takenAtMs}: Pick<LimitReached, 'takenAtMs'>, reading: UsageReading): boolean {
  return (reading.askedAtMs ?? reading.takenAtMs) < takenAtMs
}

function mergeReached(
  known: LimitReached | undefined,
  reading: UsageReading,
  windows: readonly UsageWindow[],
): LimitReached | undefined {
  const {limitReached} = reading
  if (limitReached === undefined || (known && isNewer(known, reading))) return known
  const told = limitReached ? toReached(reading, windows) : {untilMs: 0}
  if (!told) return known
  // Of two refusals of the same moment, the one that lasts longer.
  if (known && known.untilMs > told.untilMs && isUnderWay(known, reading)) return known
  return 'source' in told ? told : undefined
}

/** @returns `undefined` when it is not to be believed. */
function toReached(
  reading: UsageReading,
  windows: readonly UsageWindow[],
): LimitReached | undefined {
  const {reachedType: type, reachedUntilMs, source, takenAtMs} = reading
  const {unknownRestMs = DEFAULT_REST_MS} = reading
  const full = windows.map((window) => toWindowAt(window, takenAtMs)).filter(isFull)
  if (full.length === 0 && isContradicted(reading, windows)) return undefined
  const untilMs = reachedUntilMs ?? toFullUntilMs({windows: full}) ?? takenAtMs + unknownRestMs
  return withoutUndefined({type, untilMs, takenAtMs, source})
}

/** The windows that requests were told of are not full, and the question lags behind. */
function isContradicted({reachedType, source}: UsageReading, windows: readonly UsageWindow[]) {
  const isAboutWindows = reachedType === undefined || reachedType === 'rate_limit_reached'
  const isKnown = windows.some(({limit}) => limit === CODEX_LIMIT)
  return source === 'usage' && isAboutWindows && isKnown
}
