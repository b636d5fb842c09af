/**
 * Lengths of time, as short as they can be read.
 *
 * @module
 */

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const

/** How far away something may be that happens now, in milliseconds. */
const NOW_MS = 5000

/** For example `9d 23h` or `4m 10s`: the two largest units. */
export function toDuration(milliseconds: number): string {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000)
  const first = UNITS.findIndex(([, length]) => seconds >= length)
  if (first === -1) return '0s'
  const [unit, length] = UNITS[first]!
  const next = UNITS[first + 1]
  const rest = next ? Math.floor((seconds % length) / next[1]) : 0
  const large = `${Math.floor(seconds / length)}${unit}`
  return next && rest > 0 ? `${large} ${rest}${next[0]}` : large
}

/** For example `in 9d 23h`, `2d 1h ago` or `now`. */
export function toRelative(timeMs: number, nowMs: number): string {
  const waitMs = timeMs - nowMs
  if (Math.abs(waitMs) <= NOW_MS) return 'now'
  return waitMs > 0 ? `in ${toDuration(waitMs)}` : `${toDuration(waitMs)} ago`
}
