/**
 * What is known about the limits of every account: the one place that every answer reports to.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import {parseJson, toJsonObject} from '../../base/json-object.ts'
import {mergeUsage} from './merge-usage.ts'
import {parseSavedUsage} from './reading/parse-saved-usage.ts'
import {toUsageAt, type Usage, type UsageReading} from './usage.ts'

/** How far from now, in milliseconds, a reading may seem to come before the clock must have been ahead. */
const MAX_AHEAD_MS = 60_000

/** Usage by account id, in memory. */
export interface UsageBook {
  /** What is known, as it is now: a window whose reset has passed is empty. */
  get(accountId: string): Usage | undefined
  /** Takes in what the backend has said. An old reading does not undo what is known. */
  update(accountId: string, reading: UsageReading): Usage
  forget(accountId: string): void
  /** Every account something is known about, as it is now. */
  list(): ReadonlyMap<string, Usage>
  /** Everything, as JSON to keep over a restart. */
  export(): string
  /** Takes back what `export` gave; anything else counts as nothing. What is known already stays. */
  import(exported: unknown): void
}

/** Options of {@link createUsageBook}. */
export interface UsageBookOptions {
  readonly now: Clock
  /** How long a limit lasts that does not say until when, in milliseconds. Default: half an hour. */
  readonly unknownRestMs?: number | undefined
  /** Told after each change, and of which account. Must not throw. */
  readonly onChange?: (accountId: string) => void
}

/** Creates an empty book. */
export function createUsageBook({now, onChange, unknownRestMs}: UsageBookOptions): UsageBook {
  const usages = new Map<string, Usage>()
  /** What was noted while the clock was ahead would be newer than all that comes. */
  const find = (accountId: string) => {
    const usage = usages.get(accountId)
    return usage && usage.takenAtMs <= now() + MAX_AHEAD_MS ? usage : undefined
  }
  const get = (accountId: string) => {
    const usage = find(accountId)
    return usage && toUsageAt(usage, now())
  }
  return {
    get,
    update(accountId, reading) {
      const usage = mergeUsage(find(accountId), {unknownRestMs, ...reading})
      usages.set(accountId, usage)
      onChange?.(accountId)
      return toUsageAt(usage, now())
    },
    forget(accountId) {
      if (usages.delete(accountId)) onChange?.(accountId)
    },
    list: () => new Map([...usages].map(([id, usage]) => [id, toUsageAt(usage, now())])),
    export: () => JSON.stringify(Object.fromEntries(usages)),
    import(exported) {
      const saved = toJsonObject(parseJson(exported))
      for (const [accountId, value] of Object.entries(saved)) {
        const usage = parseSavedUsage(value)
        if (usage && !usages.has(accountId)) usages.set(accountId, usage)
      }
    },
  }
}
