/**
 * What was used over the last days, as the dashboard draws it.
 *
 * @module
 */
import {toWindowLabel} from '../../accounts/usage/usage.ts'
import type {History, HistorySample} from '../history/history.ts'
import type {PageHistory, PageHour} from './page-state.ts'

/**
 * Sums up the history.
 *
 * @param sinceMs Milliseconds since the Unix epoch.
 */
export function describeHistory(
  history: Pick<History, 'rows' | 'samples'>,
  sinceMs: number,
): PageHistory {
  const hours = new Map<number, PageHour>()
  for (const {cached, failures, hourMs, input, output, requests} of history.rows(sinceMs)) {
    const before = hours.get(hourMs)
    hours.set(hourMs, {
      hourMs,
      requests: (before?.requests ?? 0) + requests,
      failed: (before?.failed ?? 0) + failures,
      input: (before?.input ?? 0) + input,
      cached: (before?.cached ?? 0) + cached,
      output: (before?.output ?? 0) + output,
    })
  }
  return {
    hours: [...hours.values()].toSorted((one, other) => one.hourMs - other.hourMs),
    windows: toWindows(history.samples(sinceMs)),
  }
}

function toWindows(samples: readonly HistorySample[]): PageHistory['windows'] {
  const windows = new Map<string, HistorySample[]>()
  for (const sample of samples) {
    const key = `${sample.account.id} ${sample.windowSeconds}`
    const known = windows.get(key)
    if (known) known.push(sample)
    else windows.set(key, [sample])
  }
  return [...windows.values()].map((all) => ({
    account: all[0]!.account.label,
    label: toWindowLabel(all[0]!.windowSeconds),
    samples: all.map(({atMs, usedPercent}) => [atMs, usedPercent] as const),
  }))
}
