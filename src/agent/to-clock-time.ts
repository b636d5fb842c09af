/**
 * Times as a chat reads them.
 *
 * @module
 */

/** For example `2026-11-30 14:10 (Europe/Madrid)`. An unknown time zone counts as that of this machine. */
export function toClockTime(milliseconds: number, timeZone?: string): string {
  const zone = isTimeZone(timeZone) ? timeZone : undefined
  // Sweden writes times as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'short',
    ...(zone !== undefined && {timeZone: zone}),
  })
  return `${format.format(milliseconds)} (${format.resolvedOptions().timeZone})`
}

/** A time zone that the system knows: that one, or that of this machine. */
export function toTimeZone(named: string | undefined): string {
  return isTimeZone(named) ? named : new Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** Whether the system knows this time zone. */
export function isTimeZone(timeZone: string | undefined): timeZone is string {
  if (!timeZone) return false
  try {
    return new Intl.DateTimeFormat('en', {timeZone}).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
