/**
 * Saying in time that little is left of a limit, and saying it once.
 *
 * @module
 */
import {
  isJsonObject,
  parseJson,
  toJsonObject,
  toList,
  toNumber,
  toText,
} from '../../base/json-object.ts'
import {toLocalTime} from '../../base/local-time.ts'
import {withoutUndefined} from '../../base/without-undefined.ts'
import {CODEX_LIMIT, toWindowLabel, type Usage, type UsageWindow} from './usage.ts'

/** Percent left. */
const DEFAULT_THRESHOLDS: readonly number[] = [25, 10, 5]

/** How far the resets of one and the same window may differ, as a part of its length. */
const RESET_JITTER = 0.1

/** Something worth saying: a window has fewer percent left than one of the thresholds. */
export interface UsageWarning {
  readonly limit: string
  readonly windowSeconds: number
  /** 0 to 100. */
  readonly leftPercent: number
  /** Milliseconds since the Unix epoch, where it is known. */
  readonly resetsAtMs?: number
  /** The lowest threshold that was crossed. */
  readonly threshold: number
}

/** Options of {@link createUsageWarnings}. */
export interface UsageWarningsOptions {
  /** Percent left at which to warn; read each time. Default 25, 10 and 5. */
  readonly thresholds?: () => readonly number[]
  /** Told after each warning. */
  readonly onChange?: () => void
}

/** Knows what was said already. */
export interface UsageWarnings {
  /** What is to be said now: once for each threshold, until the window has reset. */
  notice(accountId: string, usage: Pick<Usage, 'windows'>): readonly UsageWarning[]
  /** Everything that was said, as JSON to keep over a restart. */
  export(): string
  /** Takes back what `export` gave; anything else counts as nothing. What is known already stays. */
  import(exported: unknown): void
}

/** One filling of a window, and the last warning about it. */
type Said = Pick<UsageWarning, 'limit' | 'resetsAtMs' | 'threshold' | 'windowSeconds'>

/** Creates warnings of which none was said yet. */
export function createUsageWarnings({
  thresholds = () => DEFAULT_THRESHOLDS,
  onChange,
}: UsageWarningsOptions = {}): UsageWarnings {
  const saidBefore = new Map<string, readonly Said[]>()

  return {
    notice(accountId, {windows}) {
      const before = saidBefore.get(accountId) ?? []
      const warnings = windows.flatMap((window) => toWarning(window, thresholds(), before))
      if (warnings.length > 0) {
        const others = before.filter((said) => !warnings.some((now) => isSameWindow(said, now)))
        saidBefore.set(accountId, [...others, ...warnings.map(toSaid)])
        onChange?.()
      }
      return warnings
    },
    export: () => JSON.stringify(Object.fromEntries(saidBefore)),
    import(exported) {
      const saved = toJsonObject(parseJson(exported))
      for (const [accountId, value] of Object.entries(saved)) {
        if (!saidBefore.has(accountId)) saidBefore.set(accountId, toList(value).flatMap(parseSaid))
      }
    },
  }
}

/** For example `ada@example.com has 10 % left of its weekly limit. It resets on 24 Nov 2026, 09:00.` */
export function describeUsageWarning(
  {leftPercent, limit, resetsAtMs, windowSeconds}: UsageWarning,
  accountLabel: string,
  toTime: (milliseconds: number) => string = toLocalTime,
): string {
  const length = windowSeconds > 0 ? [toWindowLabel(windowSeconds)] : []
  const name = [...length, ...(limit === CODEX_LIMIT ? [] : [limit]), 'limit'].join(' ')
  const left = leftPercent > 0 ? `${Math.max(1, Math.round(leftPercent))} %` : 'nothing'
  const reset = resetsAtMs === undefined ? '' : ` It resets on ${toTime(resetsAtMs)}.`
  return `${accountLabel} has ${left} left of its ${name}.${reset}`
}

function toWarning(
  {limit, resetsAtMs, usedPercent, windowSeconds}: UsageWindow,
  thresholds: readonly number[],
  before: readonly Said[],
): readonly UsageWarning[] {
  const leftPercent = 100 - usedPercent
  const crossed = thresholds.filter((threshold) => leftPercent <= threshold)
  if (crossed.length === 0) return []
  const threshold = Math.min(...crossed)
  const warning = withoutUndefined({limit, windowSeconds, leftPercent, resetsAtMs, threshold})
  const said = before.find((other) => isSameFilling(other, warning))
  return said && said.threshold <= threshold ? [] : [warning]
}

function isSameWindow(one: Said, other: Said): boolean {
  return one.limit === other.limit && one.windowSeconds === other.windowSeconds
}

/** The reset that the backend tells of one and the same window moves a little. */
function isSameFilling(one: Said, other: Said): boolean {
  if (!isSameWindow(one, other)) return false
  if (one.resetsAtMs === undefined || other.resetsAtMs === undefined) return true
  const differenceMs = Math.abs(one.resetsAtMs - other.resetsAtMs)
  return differenceMs === 0 || differenceMs < one.windowSeconds * 1000 * RESET_JITTER
}

function toSaid({limit, resetsAtMs, threshold, windowSeconds}: UsageWarning): Said {
  return withoutUndefined({limit, windowSeconds, threshold, resetsAtMs})
}

function parseSaid(value: unknown): readonly Said[] {
  if (!isJsonObject(value)) return []
  const limit = toText(value['limit'])
  const windowSeconds = toNumber(value['windowSeconds'])
  const threshold = toNumber(value['threshold'])
  const resetsAtMs = toNumber(value['resetsAtMs'])
  if (limit === undefined || windowSeconds === undefined || threshold === undefined) return []
  return [withoutUndefined({limit, windowSeconds, threshold, resetsAtMs})]
}
