/**
 * How long a wait is, as a sentence says it.
 *
 * @module
 */

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** For example `20 minutes` or `3 days 4 hours`: never less than it takes, in at most two units. */
export function describeWait(milliseconds: number): string {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  const place = Math.max(
    0,
    UNITS.findIndex(([, length]) => seconds >= length),
  )
  const smallest = UNITS[place + 1]?.[1] ?? 1
  let rest = Math.ceil(seconds / smallest) * smallest
  const parts = UNITS.slice(Math.max(0, place - 1), place + 2).flatMap(([name, length]) => {
    const count = Math.floor(rest / length)
    rest -= count * length
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`]
  })
  return parts.join(' ')
}
