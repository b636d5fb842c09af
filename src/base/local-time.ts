/**
 * Points in time, as the user writes them.
 *
 * @module
 */

/** `milliseconds` since the Unix epoch, in the language and time zone of this machine. */
export function toLocalTime(milliseconds: number): string {
  return new Date(milliseconds).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'})
}
