import type {Usage, UsageReading, UsageWindow} from '../../../src/accounts/usage/usage.ts'
import {NOW_MS} from '../engine/create-backend.ts'

const HOUR_SECONDS = 3600

/** Five hours. */
export const FIVE_HOURS = 5 * HOUR_SECONDS
/** A week. */
export const WEEK = 7 * 24 * HOUR_SECONDS

/** The five-hour window of all requests, a tenth used, back in an hour. */
export function createWindow(fields: Partial<UsageWindow> = {}): UsageWindow {
  return {
    limit: 'codex',
    windowSeconds: FIVE_HOURS,
    usedPercent: 10,
    resetsAtMs: NOW_MS + HOUR_SECONDS * 1000,
    takenAtMs: NOW_MS,
    source: 'headers',
    ...fields,
  }
}

/** What is known when that window is all there is. */
export function createUsage(fields: Partial<Usage> = {}): Usage {
  return {windows: [createWindow()], takenAtMs: NOW_MS, ...fields}
}

/** A reading; its windows are of the same time and source. */
export function createReading(
  {source, takenAtMs = NOW_MS, ...fields}: Partial<UsageReading>,
  ...windows: readonly Partial<UsageWindow>[]
): UsageReading {
  const taken = {source: source ?? 'headers', takenAtMs}
  return {
    ...taken,
    windows: windows.map((window) => createWindow({...taken, ...window})),
    ...fields,
  }
}
