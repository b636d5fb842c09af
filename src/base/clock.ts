/**
 * Time, taken as an option so that a test can stand in for it.
 *
 * @module
 */

/** Milliseconds since the Unix epoch. Only the entries name `Date.now`. */
export type Clock = () => number
