/**
 * What the demo was asked to do.
 *
 * @module
 */

/** The flags of `npm start --`. */
export interface Flags {
  /** Talk to the real service, with the user's own login. */
  readonly live: boolean
}

const KNOWN = ['--live']

/**
 * Reads the command line.
 *
 * @throws {Error} A flag is not known; the message names those that are.
 */
export function parseFlags(words: readonly string[]): Flags {
  const unknown = words.find((word) => !KNOWN.includes(word))
  if (unknown !== undefined) {
    throw new Error(`There is no flag ${unknown}. The demo knows ${KNOWN.join(', ')}.`)
  }
  return {live: words.includes('--live')}
}
