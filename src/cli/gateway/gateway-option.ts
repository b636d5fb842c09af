/**
 * Options of the gateway's commands that take a whole number in a range.
 *
 * @module
 */
import {InvalidArgumentError, Option} from 'commander'

/** The smallest and the largest number. */
export type WholeRange = readonly [least: number, most: number]

/** An option whose value arrives as a whole number. What is out of range is refused, with a sentence that names it. */
export function createRangeOption(
  flags: string,
  description: string,
  [least, most]: WholeRange,
): Option {
  return new Option(flags, description).argParser((text: string): number => {
    const number = /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : Number.NaN
    if (number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
  })
}
