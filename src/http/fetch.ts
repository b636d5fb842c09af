/**
 * What a room needs of the outside world, taken as options so that a test can stand in for it.
 *
 * @module
 */

/** The `fetch` every outbound call goes through. Only the entries name the global one. */
export type FetchFunction = typeof globalThis.fetch

/** Milliseconds since the Unix epoch. Only the entries name `Date.now`. */
export type Clock = () => number
