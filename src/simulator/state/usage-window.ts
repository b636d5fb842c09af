/**
 * Quotas that fill with use and empty by the clock.
 *
 * @module
 */
import * as z from 'zod'

const MS_PER_MINUTE = 60_000

/** A window as a user of the simulator describes it. */
export const usageWindowSeedSchema = z.strictObject({
  /** Length of the window. */
  minutes: z.int().positive(),
  /** Percent of the window that one request uses up. Default 1. */
  percentPerRequest: z.number().min(0).optional(),
  /** Percent that is used up at the start. Default 0. */
  usedPercent: z.number().min(0).max(100).optional(),
})

/** A window as a user of the simulator describes it. */
export type UsageWindowSeed = z.infer<typeof usageWindowSeedSchema>

/** The windows of a paid plan: five hours and a week. The first one is "primary" on the wire. */
export const DEFAULT_WINDOWS: readonly UsageWindowSeed[] = [
  {minutes: 300, percentPerRequest: 1},
  {minutes: 10_080, percentPerRequest: 0.2},
]

/** One quota of an account. It starts to run with the first request, as the real one does. */
export interface UsageWindow {
  readonly minutes: number
  readonly percentPerRequest: number
  usedPercent: number
  /** When it empties (milliseconds since the Unix epoch); `undefined` until it is used. */
  resetAtMs: number | undefined
}

/** What a window says at one moment. */
export interface UsageReading {
  readonly minutes: number
  /** A whole number, as on the wire. */
  readonly usedPercent: number
  readonly resetAtSeconds: number
  readonly resetAfterSeconds: number
  readonly isFull: boolean
}

/** Makes the window that a seed describes. */
export function createUsageWindow(seed: UsageWindowSeed, nowMs: number): UsageWindow {
  const usedPercent = seed.usedPercent ?? 0
  return {
    minutes: seed.minutes,
    percentPerRequest: seed.percentPerRequest ?? 1,
    usedPercent,
    resetAtMs: usedPercent > 0 ? nowMs + seed.minutes * MS_PER_MINUTE : undefined,
  }
}

/** Reads a window, and empties it first when its time has come. */
export function readUsageWindow(window: UsageWindow, nowMs: number): UsageReading {
  if (window.resetAtMs !== undefined && window.resetAtMs <= nowMs) {
    window.usedPercent = 0
    window.resetAtMs = undefined
  }
  const resetAtMs = window.resetAtMs ?? nowMs + window.minutes * MS_PER_MINUTE
  return {
    minutes: window.minutes,
    usedPercent: Math.floor(window.usedPercent),
    resetAtSeconds: Math.ceil(resetAtMs / 1000),
    resetAfterSeconds: Math.ceil((resetAtMs - nowMs) / 1000),
    isFull: window.usedPercent >= 100,
  }
}

/** Uses up one request's worth of a window. */
export function spendUsageWindow(window: UsageWindow, nowMs: number): void {
  readUsageWindow(window, nowMs)
  window.usedPercent = Math.min(100, window.usedPercent + window.percentPerRequest)
  window.resetAtMs ??= nowMs + window.minutes * MS_PER_MINUTE
}
