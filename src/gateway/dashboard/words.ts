/**
 * Times and numbers as they are shown.
 *
 * @module
 */

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** For example `5:00 PM`, or `Dec 3, 5:00 PM` on another day. */
export function toClock(atMs: number, nowMs: number): string {
  const at = new Date(atMs)
  const isToday = at.toDateString() === new Date(nowMs).toDateString()
  const time = {hour: 'numeric', minute: '2-digit'} as const
  return at.toLocaleString('en', isToday ? time : {month: 'short', day: 'numeric', ...time})
}

/** For example `2 h 5 min`. */
export function toSpan(milliseconds: number): string {
  if (milliseconds < MINUTE_MS) return `${Math.max(0, Math.round(milliseconds / 1000))} s`
  if (milliseconds < HOUR_MS) return `${Math.round(milliseconds / MINUTE_MS)} min`
  if (milliseconds < 2 * DAY_MS) {
    const minutes = Math.round((milliseconds % HOUR_MS) / MINUTE_MS)
    const hours = Math.floor(milliseconds / HOUR_MS)
    return minutes === 0 || minutes === 60
      ? `${hours + minutes / 60} h`
      : `${hours} h ${minutes} min`
  }
  return `${Math.round(milliseconds / DAY_MS)} days`
}

/** For example `0.84 s`. */
export function toSeconds(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '–'
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`
}

/** For example `12.3 k`. */
export function toCount(count: number): string {
  if (count < 10_000) return count.toLocaleString('en')
  return count < 1_000_000
    ? `${(count / 1000).toFixed(1)} k`
    : `${(count / 1_000_000).toFixed(2)} M`
}

/** The e-mail address, or as many dots where it is hidden. */
export function toShownEmail(email: string | undefined, isHidden: boolean): string {
  if (email === undefined) return ''
  return isHidden ? '•••••@•••••' : email
}

/** How much of a window would be used by now if it were used evenly, 0 to 100; `undefined` where its end is unknown. */
export function toPacePercent(
  {resetsAtMs, windowSeconds}: {resetsAtMs?: number | undefined; windowSeconds: number},
  nowMs: number,
): number | undefined {
  if (resetsAtMs === undefined || windowSeconds <= 0) return undefined
  const lengthMs = windowSeconds * 1000
  return Math.min(100, Math.max(0, (100 * (nowMs - (resetsAtMs - lengthMs))) / lengthMs))
}

/** What is left of a time, for example `14:59`. */
export function toCountdown(endsAtMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((endsAtMs - nowMs) / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
