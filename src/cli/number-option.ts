/**
 * Options of commands that take a number.
 *
 * @module
 */
import {InvalidArgumentError, Option} from 'commander'

/** Which numbers an option takes. */
export interface NumberRange {
  /** The smallest one. Default: anything above 0. */
  readonly least?: number
  /** Whether it is counted, not measured. Default false. */
  readonly isWhole?: boolean
}

/** Longer than any clock here goes, and still exact in milliseconds. */
const LARGEST = 1e9

/**
 * An option whose value arrives as a number. Whatever else is typed is refused, with a sentence that names the numbers
 * that are taken.
 */
export function createNumberOption(
  flags: string,
  description: string,
  {least, isWhole = false}: NumberRange = {},
): Option {
  const kind = isWhole ? 'whole number' : 'number'
  const range = least === undefined ? `${kind} above 0` : `${kind} of at least ${least}`
  const parse = (text: string): number => {
    // `Number` takes more than users write: "", "0x10", "1e3".
    const number = /^\s*(?:\d+(?:\.\d+)?|\.\d+)\s*$/.test(text) ? Number(text) : NaN
    const isInRange = least === undefined ? number > 0 : number >= least
    const isTaken = isInRange && number <= LARGEST && (!isWhole || Number.isInteger(number))
    if (isTaken) return number
    throw new InvalidArgumentError(`It must be a ${range}.`)
  }
  return new Option(flags, description).argParser(parse)
}
